package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Shown;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the server expects of a statement that people are asked about: EXPLAIN without ANALYZE, on a
 * session of the gateway's own that can only read. Planning runs functions that are not volatile,
 * so nothing is asked where the statement may run any that is not the server's own; nor where its
 * names would mean something else in another session.
 */
final class Explanation {

  private static final String NOT_KNOWN = "not known: ";

  /** What the gateway's own session begins with; no other session waits for it, nor it long. */
  static final List<Parameter> SETTINGS =
      List.of(
          new Parameter("default_transaction_read_only", "on"),
          new Parameter("statement_timeout", "3000"),
          new Parameter("lock_timeout", "1000"),
          new Parameter("application_name", "stepgate explain"));

  private final Relay relay;
  private final Optional<String> unwilling;
  private final List<String> searchPath;

  private Explanation(Relay relay, Optional<String> unwilling, List<String> searchPath) {
    this.relay = relay;
    this.unwilling = unwilling;
    this.searchPath = searchPath;
  }

  /** Of an operation that has been looked at. */
  static Explanation of(Operation operation, Relay relay) {
    Judge judge = relay.judge();
    Surroundings now = judge == null ? null : judge.surroundings();
    return new Explanation(relay, unwilling(operation, now), now == null ? null : now.searchPath());
  }

  private static Optional<String> unwilling(Operation operation, Surroundings now) {
    Facts facts = operation.facts();
    Reach reach = operation.reach();
    if (facts == null || reach == null || !reach.known() || !facts.complete()) {
      return Optional.of("what it reaches is not known");
    }
    if (now != null && (now.searchPath() == null || !now.uncommitted().isEmpty())) {
      return Optional.of("its names may mean something else in another session");
    }
    if (now != null && now.tempSchema() != null) {
      return Optional.of("its session has temporary objects, which another one does not see");
    }
    if (facts.statements().size() != 1) {
      return Optional.of("it is " + facts.statements().size() + " statements");
    }
    for (List<String> function : reach.statements().get(0).functions()) {
      if (!function.get(0).equals("pg_catalog")) {
        return Optional.of("planning may run functions, and it runs " + String.join(".", function));
      }
    }
    return Optional.empty();
  }

  /** Asks; {@code then} is told a sentence, on the relay's loop, within some seconds. */
  void ask(Shown shown, Consumer<String> then) {
    if (unwilling.isPresent()) {
      then.accept(NOT_KNOWN + unwilling.get());
      return;
    }
    Future<Upstream> opening = relay.lease().another(SETTINGS);
    opening.addListener(
        (Future<Upstream> opened) -> {
          if (opened.isSuccess()) {
            Upstream own = opened.getNow();
            own.handTo(new ExplainSession(shown, searchPath, said -> then.accept(worded(said))));
          } else {
            then.accept(NOT_KNOWN + "the server was not to be asked");
          }
        });
  }

  private static String worded(ExplainSession.Said said) {
    if (said.plan() != null) {
      return ExpectedRows.of(said.plan());
    }
    return NOT_KNOWN
        + switch (said.error()) {
          case "42601" -> "this is no statement that EXPLAIN can explain";
          case "57014" -> "the server took more than 3 seconds";
          case "55P03" -> "somebody holds a lock that it needs, perhaps this very transaction";
          case "" -> "the server did not say";
          default -> "the server says " + said.error();
        };
  }
}
