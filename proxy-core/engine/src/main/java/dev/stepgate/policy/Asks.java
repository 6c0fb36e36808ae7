package dev.stepgate.policy;

import dev.stepgate.policy.Decision.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes one question of what several rules ask. */
final class Asks {

  private Asks() {}

  /**
   * Whoever agrees must satisfy every rule: people of groups that all of them name, as many as the
   * one that wants most, within the shortest time. If no group is named by all of them, nobody can.
   */
  static Decision of(List<Rule> rules) {
    Rule first = rules.get(0);
    List<String> from = new ArrayList<>(first.then().ask().from());
    int count = 1;
    Duration within = first.then().ask().within();
    for (Rule rule : rules) {
      Ask ask = rule.then().ask();
      from.retainAll(ask.from());
      count = Math.max(count, ask.count());
      within = ask.within().compareTo(within) < 0 ? ask.within() : within;
    }
    if (from.isEmpty()) {
      return Decision.deny(
          first.name(),
          Words.bounded(
              "It needs approvals by several rules at once ("
                  + String.join(", ", rules.stream().map(Rule::name).toList())
                  + "), which name no group in common."));
    }
    String message = first.then().message();
    String reason = message.isEmpty() ? "An approval is needed." : message;
    return Decision.ask(first.name(), reason, new Ask(from, count, within));
  }
}
