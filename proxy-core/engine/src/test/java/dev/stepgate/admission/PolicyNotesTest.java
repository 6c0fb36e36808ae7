package dev.stepgate.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.NamePattern;
import dev.stepgate.policy.Policies;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a recording says of the rules, as {@code docs/specs/policy.md} has it. */
class PolicyNotesTest {

  private static final SessionId ID = new SessionId("01K8Z3V9QH4M2T7C5R1XW07QK2");
  private static final Rule NO_DROPS =
      new Rule(
          "no-drops",
          Rule.When.ALWAYS,
          Rule.What.ANYTHING.effects(EnumSet.of(Effect.TRUNCATE, Effect.DROP)),
          Rule.Then.deny("Drops go through the DBA team (wiki/drops)."));
  private static final Rule APP =
      new Rule(
          "app",
          Rule.When.ALWAYS,
          Rule.What.ANYTHING
              .effects(EnumSet.of(Effect.SELECT, Effect.INSERT))
              .relations(List.of(NamePattern.parse("app.*"))),
          Rule.Then.ALLOW);

  private final List<String> lines = new ArrayList<>();
  private final Policies policies =
      new Policies(Map.of("orders-db", rules(Ruleset.Mode.ENFORCE, NO_DROPS, APP)));
  private final Entry entry =
      new Gate(policies, InstantSource.system())
          .enter(
              new Session(
                  ID,
                  "ci",
                  Instant.EPOCH,
                  "ci(1)",
                  Isolation.USER,
                  Bearer.user("ci", 1),
                  Map.of(),
                  List.of("orders-db")),
              new Connection(ID, 1, "orders-db", "postgresql", Instant.EPOCH, "127.0.0.1:1"),
              new Listed());

  private static Ruleset rules(Ruleset.Mode mode, Rule... rules) {
    return new Ruleset(mode, false, List.of(rules));
  }

  private Admission ask(Effect effect, Reach.Unknown... unknown) {
    Facts.Use use =
        new Facts.Use(
            effect, "relation", List.of("app", "orders"), Facts.Where.NOT_APPLICABLE, false);
    Reach.Use reached =
        new Reach.Use(
            effect, "table", List.of("app", "orders"), Facts.Where.NOT_APPLICABLE, List.of());
    Facts facts =
        new Facts(
            List.of(
                new Facts.Statement(
                    "x", List.of(use), List.of(), List.of(), List.of(), List.of())));
    Reach reach =
        new Reach(
            List.of(new Reach.Statement(List.of(reached), List.of(), Set.of(), List.of(unknown))));
    return entry.admit(
        new Operation(Operation.Kind.QUERY, 0).with(facts, reach, null),
        ByteBuffer.wrap("x".getBytes(UTF_8)));
  }

  @Test
  void the_rules_stand_once_before_what_they_decide() {
    ask(Effect.SELECT);
    ask(Effect.SELECT);

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("policy {\"stepgate-policy\":1,\"mode\":\"enforce\"");
    assertThat(lines.subList(1, 3)).containsExactly("request 1", "request 2");
  }

  @Test
  void a_refusal_is_told_with_the_digest_and_what_it_would_have_done() throws IOException {
    Admission admission = ask(Effect.DROP);

    assertThat(admission).isInstanceOf(Refusal.class);
    assertThat(lines.get(3)).isEqualTo("outcome 1 refused no-drops");
    String page = Files.readString(Path.of("../../docs/specs/policy.md"));
    assertThat(page).contains("policy   " + lines.get(0).substring("policy ".length()));
    String verdict = lines.get(2).substring("verdict ".length());
    assertThat(page)
        .contains("verdict  " + verdict.replace("\"operation\":1,", "\"operation\":17,"));
  }

  @Test
  void rules_that_were_replaced_stand_before_the_next_operation() {
    ask(Effect.SELECT);
    policies.replace(Map.of("orders-db", rules(Ruleset.Mode.ENFORCE, APP)));
    ask(Effect.DROP);
    policies.replace(Map.of());
    ask(Effect.DROP);

    assertThat(lines.get(2)).startsWith("policy {").doesNotContain("no-drops");
    assertThat(lines.get(4))
        .startsWith("verdict {\"operation\":2,\"verdict\":\"deny\",\"rule\":\"\"");
    assertThat(lines.get(6)).isEqualTo("policy ");
    assertThat(lines).hasSize(8);
  }

  @Test
  void what_would_have_been_refused_is_told_where_rules_are_observed() {
    policies.replace(Map.of("orders-db", rules(Ruleset.Mode.OBSERVE, NO_DROPS)));

    assertThat(ask(Effect.DROP)).isInstanceOf(Permit.class);
    assertThat(lines.get(2))
        .startsWith(
            "verdict {\"operation\":1,\"verdict\":\"deny\",\"observed\":true,\"rule\":\"no-drops\"");
  }

  @Test
  void what_the_catalog_does_not_know_is_told() {
    ask(Effect.SELECT, new Reach.Unknown(Reach.Unknown.Reason.NO_CATALOG, "app.\"x\""));

    assertThat(lines.get(2)).contains("\"unknown\":[\"no-catalog\"]");
  }

  @Test
  void without_rules_nothing_is_told() {
    policies.replace(Map.of());
    ask(Effect.DROP);

    assertThat(lines).containsExactly("request 1");
  }

  private final class Listed implements Recording {

    @Override
    public void request(long number, Operation operation, ByteBuffer body) {
      lines.add("request " + number);
    }

    @Override
    public void requestData(long number, ByteBuffer piece) {}

    @Override
    public void response(long number, ByteBuffer piece) {}

    @Override
    public void outcome(long number, Outcome outcome, long rows, ByteBuffer last) {
      lines.add("outcome " + number + " " + outcome.status().word() + " " + outcome.code());
    }

    @Override
    public void note(String kind, ByteBuffer body) {
      lines.add(kind + " " + UTF_8.decode(body.duplicate()));
    }

    @Override
    public boolean settled(Runnable later) {
      return true;
    }

    @Override
    public boolean ready(Runnable later) {
      return true;
    }

    @Override
    public void end(String reason) {}
  }
}
