package dev.stepgate.policy;

/**
 * What a policy says to an operation.
 *
 * @param allowed whether it may be forwarded
 * @param rule the name of the rule that decided, or the empty string
 * @param reason a sentence for a person if it may not, else the empty string
 */
public record Decision(boolean allowed, String rule, String reason) {

  /** It may. */
  public static final Decision ALLOW = new Decision(true, "", "");

  /** It may not. */
  public static Decision deny(String rule, String reason) {
    return new Decision(false, rule, reason);
  }
}
