package dev.stepgate.policy;

import java.time.Duration;
import java.util.List;

/**
 * What a policy says to an operation.
 *
 * @param verdict what becomes of it
 * @param rule the name of the rule that decided, or the empty string
 * @param reason a sentence for a person if it is not simply allowed, else the empty string
 * @param ask who has to agree, if the verdict is {@link Verdict#ASK} or would be, else null
 */
public record Decision(Verdict verdict, String rule, String reason, Ask ask) {

  /** It may be forwarded. */
  public static final Decision ALLOW = new Decision(Verdict.ALLOW, "", "", null);

  /** It may not. */
  public static Decision deny(String rule, String reason) {
    return new Decision(Verdict.DENY, rule, reason, null);
  }

  /** It may, once people have agreed. */
  public static Decision ask(String rule, String reason, Ask ask) {
    return new Decision(Verdict.ASK, rule, reason, ask);
  }

  /** It may because rules are only observed: {@code would} is what they say. */
  public static Decision observed(Decision would) {
    return new Decision(Verdict.ALLOW, would.rule(), would.reason(), would.ask());
  }

  /** Whether it may only because rules are observed. */
  public boolean isObserved() {
    return verdict == Verdict.ALLOW && !reason.isEmpty();
  }

  /** Whether it may be forwarded as it is. */
  public boolean allowed() {
    return verdict == Verdict.ALLOW;
  }

  /** What becomes of an operation. */
  public enum Verdict {
    /** It is forwarded. */
    ALLOW,
    /** It waits for people. */
    ASK,
    /** It is refused. */
    DENY
  }

  /**
   * Who has to agree.
   *
   * @param from the groups whose members may, at least one
   * @param count how many of them, each counted once
   * @param within how long they have
   */
  public record Ask(List<String> from, int count, Duration within) {

    public Ask {
      from = List.copyOf(from);
    }
  }
}
