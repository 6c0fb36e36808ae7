package dev.stepgate.policy;

import java.util.List;

/**
 * A decision with its reasons, for people: what each rule makes of a request, and what would let it
 * pass.
 *
 * @param decision what the rules say, whether they are enforced or not
 * @param rules each of them, in order
 * @param uses what the request does, each as {@code delete of table app.orders}
 * @param unknown what is not known of it
 * @param remedies what would let it pass; none if it passes
 */
public record Explained(
    Decision decision,
    List<Held> rules,
    List<String> uses,
    List<String> unknown,
    List<String> remedies) {

  /** Copies the lists. */
  public Explained {
    rules = List.copyOf(rules);
    uses = List.copyOf(uses);
    unknown = List.copyOf(unknown);
    remedies = List.copyOf(remedies);
  }

  /**
   * What became of one rule.
   *
   * @param rule it
   * @param matched whether it matched something
   * @param why what it matched; else why it did not
   */
  public record Held(Rule rule, boolean matched, List<String> why) {

    /** Copies the list. */
    public Held {
      why = List.copyOf(why);
    }
  }
}
