package dev.stepgate.policy;

import java.util.List;
import java.util.Locale;

/**
 * The rules of one connection.
 *
 * @param mode whether they are enforced
 * @param allowsRest what becomes of what no rule speaks of: {@code default: allow}
 * @param rules in the file's order, which decides only whose message is shown
 */
public record Ruleset(Mode mode, boolean allowsRest, List<Rule> rules) {

  /** Most rules of one connection. */
  public static final int MAX_RULES = 1_000;

  /** Whether rules are enforced. */
  public enum Mode {
    /** They are. */
    ENFORCE,
    /** Everything is allowed, and what they would have said is recorded. */
    OBSERVE;

    /** As configurations write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  public Ruleset {
    rules = List.copyOf(rules);
  }
}
