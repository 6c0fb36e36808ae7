package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Proof;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests, sessions and rules in few words, for tests of decisions. */
final class Requests {

  static final SessionId ID = new SessionId("01K8Z3V9QH4M2T7C5R1XW07QK2");

  /** Tuesday, 24 November 2026, 10:00 UTC. */
  static final long NOW = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();

  static final Connection CONNECTION =
      new Connection(ID, 1, "orders-db", "postgresql", Instant.EPOCH, "127.0.0.1:1");

  private final List<Facts.Use> textual = new ArrayList<>();
  private final List<Reach.Use> reached = new ArrayList<>();
  private final List<Reach.Column> columns = new ArrayList<>();
  private final Set<List<String>> functions = new LinkedHashSet<>();
  private final List<Facts.Gap> gaps = new ArrayList<>();
  private final List<Reach.Unknown> unknown = new ArrayList<>();
  private String text;

  static Requests request() {
    return new Requests();
  }

  static List<String> name(String dotted) {
    return dotted.isEmpty() ? List.of() : Arrays.asList(dotted.split("\\."));
  }

  /** It does that itself, to a thing of the kind. */
  Requests does(Effect effect, String kind, String name) {
    return does(effect, kind, name, Where.NOT_APPLICABLE);
  }

  Requests does(Effect effect, String kind, String name, Where where) {
    textual.add(
        new Facts.Use(effect, kind.equals("table") ? "relation" : kind, name(name), where, false));
    reached.add(new Reach.Use(effect, kind, name(name), where, List.of()));
    return this;
  }

  /** It leads to that. */
  Requests through(String via, Effect effect, String kind, String name) {
    reached.add(new Reach.Use(effect, kind, name(name), Where.NOT_APPLICABLE, List.of(via)));
    return this;
  }

  /** Its text says that, and the reach does not have it. */
  Requests says(Effect effect, String kind, String name) {
    textual.add(new Facts.Use(effect, kind, name(name), Where.NOT_APPLICABLE, false));
    return this;
  }

  /** Something that it makes does that. */
  Requests makes(Effect effect, String kind, String name) {
    textual.add(new Facts.Use(effect, kind, name(name), Where.NOT_APPLICABLE, true));
    return this;
  }

  Requests column(String column, Facts.Part part) {
    List<String> name = name(column);
    columns.add(
        new Reach.Column(name.subList(0, name.size() - 1), name.get(name.size() - 1), part));
    return this;
  }

  Requests runs(String function) {
    functions.add(name(function));
    return this;
  }

  Requests gap(Facts.Gap.Reason reason, boolean later) {
    gaps.add(new Facts.Gap(reason, "a text made at run time", later));
    return this;
  }

  Requests unknown(Reach.Unknown.Reason reason) {
    unknown.add(new Reach.Unknown(reason, "app.nothing"));
    return this;
  }

  Requests text(String text) {
    this.text = text;
    return this;
  }

  Facts.Statement facts() {
    return new Facts.Statement("some", textual, List.of(), List.of(), List.of(), gaps);
  }

  Reach.Statement reach() {
    return new Reach.Statement(reached, columns, functions, unknown);
  }

  Operation operation() {
    return operation(Operation.Kind.QUERY, this);
  }

  /** Several statements in one request. */
  static Operation operation(Operation.Kind kind, Requests... statements) {
    return new Operation(kind, 0)
        .with(
            new Facts(Arrays.stream(statements).map(Requests::facts).toList()),
            new Reach(Arrays.stream(statements).map(Requests::reach).toList()),
            statements.length == 0 ? "" : statements[0].text);
  }

  static Session session(Map<String, String> claims) {
    Map<String, Identity.SignedClaim> signed = new java.util.LinkedHashMap<>();
    claims.forEach(
        (name, value) -> signed.put(name, new Identity.SignedClaim(value, Identity.Shaper.ISSUER)));
    signed.put("issuer", new Identity.SignedClaim("github", Identity.Shaper.ISSUER));
    return new Session(
        ID,
        "ci-east",
        Instant.EPOCH,
        "runner(998)",
        Isolation.USER,
        new Bearer(Identity.of("github", "https://idp.example", "s", signed), Proof.TOKEN),
        Map.of(),
        List.of("orders-db"));
  }

  static final Session SESSION = session(Map.of("ref", "refs/heads/main"));

  static Decision decide(Ruleset ruleset, Operation operation) {
    return new RulePolicy(ruleset).decide(SESSION, CONNECTION, operation, NOW);
  }
}
