package dev.stepgate.policy;

import static dev.stepgate.policy.Requests.decide;
import static dev.stepgate.policy.Requests.request;
import static dev.stepgate.policy.Rules.closed;
import static dev.stepgate.policy.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.policy.Decision.Verdict;
import org.junit.jupiter.api.Test;

/** What a rule that asks people does not ask them about, it does not let pass either. */
class AskingTest {

  @Test
  void a_rule_that_asks_about_a_column_covers_nothing_beside_it() {
    Ruleset rules = closed(rule().columns("app.users.password").ask("secrets", "dba"));

    assertThat(decide(rules, request().does(Effect.DROP, "table", "app.a").operation()).verdict())
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void a_rule_that_asks_about_a_function_covers_nothing_beside_it() {
    Ruleset rules = closed(rule().functions("app.pay").ask("payments", "dba"));

    assertThat(decide(rules, request().does(Effect.DROP, "table", "app.a").operation()).verdict())
        .isEqualTo(Verdict.DENY);
  }
}
