package dev.stepgate.admission;

/**
 * The gate's no. A protocol answers it in its own words.
 *
 * @param code why
 * @param operation the refused operation's number, or 0 if not even the request could be recorded
 * @param reference what a person quotes to ask about it, {@code sg-7QK2:17}
 * @param rule the name of the rule that refused, or the empty string
 * @param sentence why, for a person
 */
public record Refusal(Code code, long operation, String reference, String rule, String sentence)
    implements Admission {

  /** The sorts of refusal. */
  public enum Code {
    /** A rule forbids it. The connection goes on. */
    FORBIDDEN,
    /** The client itself gave up waiting. The connection goes on. */
    CANCELLED,
    /** Evidence cannot be written. The connection must end. */
    NO_EVIDENCE
  }
}
