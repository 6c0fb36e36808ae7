package dev.stepgate.gateway.policy;

import dev.stepgate.policy.Decision;
import dev.stepgate.policy.Explained;
import java.util.ArrayList;
import java.util.List;

/** An explained decision in lines for a person. Not escaped. */
public final class ExplainedText {

  private ExplainedText() {}

  /** The lines. */
  public static List<String> lines(Explained explained) {
    List<String> lines = new ArrayList<>();
    lines.add("verdict: " + verdict(explained.decision()));
    explained.uses().forEach(use -> lines.add("  it does   " + use));
    explained.unknown().forEach(unknown -> lines.add("  not known " + unknown));
    for (Explained.Held held : explained.rules()) {
      lines.add("");
      lines.add(
          "rule "
              + held.rule().name()
              + " ("
              + word(held.rule().then().verdict())
              + ") "
              + (held.matched() ? "matches:" : "does not match:"));
      held.why().forEach(why -> lines.add("  " + why));
    }
    if (!explained.remedies().isEmpty()) {
      lines.add("");
      lines.add("to pass:");
      explained.remedies().forEach(remedy -> lines.add("  " + remedy));
    }
    return lines;
  }

  /** {@code deny by rule "no-drops": …}. */
  public static String verdict(Decision decision) {
    String rule = decision.rule().isEmpty() ? "" : " by rule \"" + decision.rule() + "\"";
    String reason = decision.reason().isEmpty() ? "" : ": " + decision.reason();
    return word(decision.verdict()) + rule + reason;
  }

  /** {@code allow}, {@code ask} or {@code deny}. */
  public static String word(Decision.Verdict verdict) {
    return switch (verdict) {
      case ALLOW -> "allow";
      case ASK -> "ask";
      case DENY -> "deny";
    };
  }
}
