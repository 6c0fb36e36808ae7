package dev.stepgate.policy;

import static dev.stepgate.policy.Requests.decide;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Operation;
import dev.stepgate.policy.Decision.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of every set of rules and every request, tried on many made at random. */
class PrecedenceTest {

  private static final int ROUNDS = 5_000;
  private static final String[] TABLES = {"app.orders", "app.items", "hr.people"};
  private static final String[] PATTERNS = {"app.*", "*.orders", "hr.people", "*.*"};
  private static final Effect[] EFFECTS = {
    Effect.SELECT, Effect.UPDATE, Effect.DELETE, Effect.DROP, Effect.SET
  };

  private final Random random = new Random(20261124);

  @Test
  void the_order_of_rules_decides_no_verdict() {
    for (int round = 0; round < ROUNDS; round++) {
      Ruleset rules = rules();
      Operation operation = operation();
      Decision first = decide(rules, operation);
      List<Rule> shuffled = new ArrayList<>(rules.rules());
      Collections.shuffle(shuffled, random);

      Decision second = decide(new Ruleset(rules.mode(), rules.allowsRest(), shuffled), operation);

      assertThat(second.verdict()).as(rules + "\n" + operation).isEqualTo(first.verdict());
    }
  }

  @Test
  void one_more_refusal_never_lets_more_pass_and_one_more_allowance_never_less() {
    for (int round = 0; round < ROUNDS; round++) {
      Ruleset rules = rules();
      Operation operation = operation();
      Verdict before = decide(rules, operation).verdict();

      Verdict denied = decide(with(rules, rule("more", Verdict.DENY)), operation).verdict();
      Verdict allowed = decide(with(rules, rule("more", Verdict.ALLOW)), operation).verdict();

      assertThat(denied).isGreaterThanOrEqualTo(before);
      assertThat(allowed).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void a_batch_is_never_judged_more_kindly_than_one_of_its_statements() {
    for (int round = 0; round < ROUNDS; round++) {
      Ruleset rules = rules();
      Requests one = request();
      Requests other = request();

      Verdict alone = decide(rules, one.operation()).verdict();
      Verdict batch = decide(rules, Requests.operation(Operation.Kind.QUERY, other, one)).verdict();

      assertThat(batch).isGreaterThanOrEqualTo(alone);
    }
  }

  @Test
  void less_that_is_known_never_lets_more_pass() {
    for (int round = 0; round < ROUNDS; round++) {
      Ruleset rules = rules();
      Requests request = request();
      if (rules.rules().stream().anyMatch(rule -> rule.what().unknown())) {
        continue;
      }
      Verdict before = decide(rules, request.operation()).verdict();
      Verdict after =
          decide(rules, request.gap(Facts.Gap.Reason.DYNAMIC, false).operation()).verdict();

      assertThat(after).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  void what_is_explained_is_what_is_decided() {
    for (int round = 0; round < ROUNDS; round++) {
      Ruleset rules = rules();
      Operation operation = operation();
      Explained explained =
          new RulePolicy(rules).explain(Requests.SESSION, operation, Requests.NOW);

      assertThat(explained.decision()).isEqualTo(decide(rules, operation));
      assertThat(explained.remedies().isEmpty()).isEqualTo(explained.decision().allowed());
      boolean denied =
          explained.rules().stream().anyMatch(held -> held.matched() && held.rule().denies());
      if (denied) {
        assertThat(explained.decision().verdict()).isEqualTo(Verdict.DENY);
        assertThat(explained.decision().rule()).isNotEmpty();
      }
    }
  }

  private static Ruleset with(Ruleset rules, Rule more) {
    List<Rule> all = new ArrayList<>(rules.rules());
    all.add(more);
    return new Ruleset(rules.mode(), rules.allowsRest(), all);
  }

  private Ruleset rules() {
    List<Rule> rules = new ArrayList<>();
    for (int n = random.nextInt(6); n > 0; n--) {
      rules.add(rule("rule-" + n, one(Verdict.values())));
    }
    return new Ruleset(Ruleset.Mode.ENFORCE, random.nextInt(4) == 0, rules);
  }

  private Rule rule(String name, Verdict verdict) {
    Rules rule = Rules.rule();
    if (random.nextBoolean()) {
      rule.effects(one(EFFECTS), one(EFFECTS));
    }
    if (random.nextInt(8) == 0) {
      rule.unknown();
    } else if (random.nextBoolean()) {
      rule.relations(one(PATTERNS));
    }
    if (random.nextInt(4) == 0) {
      rule.rows(one(Rule.Rows.values()));
    }
    return switch (verdict) {
      case DENY -> rule.deny(name);
      case ASK -> rule.ask(name, "dba");
      default -> rule.allow(name);
    };
  }

  private Operation operation() {
    return random.nextBoolean()
        ? request().operation()
        : Requests.operation(Operation.Kind.QUERY, request(), request());
  }

  private Requests request() {
    Requests request = Requests.request();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      Effect effect = one(EFFECTS);
      boolean chooses = effect == Effect.UPDATE || effect == Effect.DELETE;
      Where where =
          chooses ? one(new Where[] {Where.MISSING, Where.PRESENT}) : Where.NOT_APPLICABLE;
      request.does(
          effect,
          effect == Effect.SET ? "" : "table",
          effect == Effect.SET ? "" : one(TABLES),
          where);
    }
    if (random.nextInt(6) == 0) {
      request.gap(Facts.Gap.Reason.DYNAMIC, false);
    }
    return request;
  }

  private <T> T one(T[] of) {
    return of[random.nextInt(of.length)];
  }
}
