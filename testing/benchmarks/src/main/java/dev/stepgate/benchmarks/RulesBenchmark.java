package dev.stepgate.benchmarks;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.NamePattern;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What 30 rules cost for a statement whose facts and reach are known: pgbench's UPDATE of an
 * account, which the last rule allows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RulesBenchmark {

  private static final List<String> ACCOUNTS = List.of("public", "pgbench_accounts");

  private final RulePolicy policy = new RulePolicy(rules());
  private final Operation operation =
      new Operation(Operation.Kind.QUERY, 0).with(facts(), reach(), null);
  private final SessionId id = SessionId.create(0, new SecureRandom());
  private final Connection connection =
      new Connection(id, 1, "bench", "postgresql", Instant.EPOCH, "");
  private final Session session =
      new Session(
          id,
          "bench",
          Instant.EPOCH,
          "",
          Isolation.USER,
          Bearer.user("bench", 1),
          Map.of(),
          List.of());

  private static Ruleset rules() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      rules.add(
          rule(
              "deny-" + i,
              Set.of(Effect.DROP, Effect.DELETE),
              "app.t" + i + "*",
              Rule.Then.deny("No.")));
    }
    for (int i = 0; i < 14; i++) {
      rules.add(
          rule(
              "update-" + i,
              Set.of(Effect.SELECT, Effect.UPDATE),
              "app" + i + ".*",
              Rule.Then.ALLOW));
    }
    rules.add(rule("all", EnumSet.allOf(Effect.class), "*.pgbench_*", Rule.Then.ALLOW));
    return new Ruleset(Ruleset.Mode.ENFORCE, false, rules);
  }

  private static Rule rule(String name, Set<Effect> effects, String relation, Rule.Then then) {
    return new Rule(
        name,
        Rule.When.ALWAYS,
        Rule.What.ANYTHING.effects(effects).relations(List.of(NamePattern.parse(relation))),
        then);
  }

  private static Facts facts() {
    return new Facts(
        List.of(
            new Facts.Statement(
                "update",
                List.of(
                    new Facts.Use(Effect.UPDATE, "relation", ACCOUNTS, Facts.Where.PRESENT, false)),
                List.of(),
                List.of(),
                List.of(),
                List.of())));
  }

  private static Reach reach() {
    return new Reach(
        List.of(
            new Reach.Statement(
                List.of(
                    new Reach.Use(
                        Effect.UPDATE, "table", ACCOUNTS, Facts.Where.PRESENT, List.of())),
                List.of(),
                Set.of(),
                List.of())));
  }

  /** One decision. */
  @Benchmark
  public Decision decide() {
    return policy.decide(session, connection, operation, 0);
  }
}
