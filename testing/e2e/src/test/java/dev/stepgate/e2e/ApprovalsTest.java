package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A DELETE that a person has to approve, from the rule to the evidence. */
@EndToEnd
class ApprovalsTest {

  private static final String PERSON = "games";
  private static final String NOBODY = "news";
  private static final int REFUSED = 77;
  private static final Pattern ID = Pattern.compile("ap-[0-9A-Z]{10}");
  private static final String PASSWORD = Machine.secret();
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    assumeTrue(Machine.root(), "not root, so there is no second user who could approve");
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
    server.sql("orders", "CREATE TABLE orders (id int); GRANT ALL ON orders TO ci");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void rows() {
    server.sql(
        "orders", "TRUNCATE orders; INSERT INTO orders VALUES (1), (2), (3); ANALYZE orders");
  }

  private static Gateway gateway(String within) {
    return Gateway.before(server, "orders", "ci", PASSWORD)
        .serving()
        .with("people: { users: { " + PERSON + ": [ dba ], " + NOBODY + ": [ auditors ] } }")
        .connection("default: deny")
        .connection("rules:")
        .connection("  - { name: no-drops, effects: [ drop, truncate ], deny: \"Not here.\" }")
        .connection("  - name: mass-deletes")
        .connection("    effects: [ delete ]")
        .connection("    without_where: true")
        .connection("    require_approval: { from: [ dba ], within: " + within + " }")
        .connection("    message: All rows at once.")
        .connection("  - { name: migrate, effects: [ read, write, ddl ], allow: true }");
  }

  private static CompletableFuture<Ran> delete(ServedGateway served) {
    return CompletableFuture.supplyAsync(
        () -> served.exec("psql", "-XAt", "-c", "DELETE FROM orders").run());
  }

  private static String waiting(Gateway gateway) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      Matcher id = ID.matcher(person(gateway, "approvals", "list").ok().out());
      if (id.find()) {
        return id.group();
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("nothing waits");
  }

  private static Ran person(Gateway gateway, String... words) {
    return as(PERSON, gateway, words);
  }

  private static Ran as(String user, Gateway gateway, String... words) {
    return gateway.cliAs(user, words).with("STEPGATE_SOCKET", gateway.socket().toString()).run();
  }

  private static String rowsLeft() {
    return server.sql("orders", "SELECT count(*) FROM orders");
  }

  @Test
  void what_a_person_approves_runs_once_and_stands_in_the_evidence() throws Exception {
    try (Gateway gateway = gateway("2m");
        ServedGateway served = gateway.serve()) {
      CompletableFuture<Ran> step = delete(served);
      String id = waiting(gateway);
      Ran shown = person(gateway, "approvals", "show", id).ok();
      assertThat(shown.out())
          .contains("runs      DELETE FROM orders")
          .contains("delete table public.orders, all rows")
          .contains("EXPLAIN expects 3 rows to be deleted");
      assertThat(as(NOBODY, gateway, "approve", id).exit()).isEqualTo(REFUSED);
      assertThat(as(NOBODY, gateway, "approvals", "show", id).err())
          .contains("there is no request");
      assertThat(rowsLeft()).isEqualTo("3");

      person(gateway, "approve", id, "--reason", "as agreed").ok();

      Ran ran = step.get(60, TimeUnit.SECONDS).ok();
      assertThat(ran.out()).contains("DELETE 3");
      assertThat(ran.err())
          .contains("waiting for approval " + id)
          .contains("stepgate approve " + id);
      assertThat(person(gateway, "approve", id).exit()).isEqualTo(REFUSED);
      String session = new Sealed(ran.exit(), ran.err()).session();
      String state = gateway.state().toString();
      assertThat(gateway.cli("sessions", "show", "--state", state, session).run().ok().out())
          .contains(id + " asked by rule mass-deletes")
          .contains(id + " approved by " + PERSON)
          .contains("as agreed")
          .contains(id + " used");
      assertThat(gateway.cli("replay", "--state", state, session).run().ok().out())
          .contains("approval: #1 " + id + " approved by " + PERSON);
      served.stop();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void what_is_rejected_or_not_answered_in_time_never_runs() throws Exception {
    try (Gateway gateway = gateway("10s");
        ServedGateway served = gateway.serve()) {
      CompletableFuture<Ran> rejected = delete(served);
      person(gateway, "reject", waiting(gateway), "--reason", "not today").ok();
      assertThat(rejected.get(60, TimeUnit.SECONDS).err())
          .contains("refused by rule \"mass-deletes\": rejected by " + PERSON + ": not today [sg-");

      Ran late = served.exec("psql", "-XAt", "-c", "DELETE FROM orders").run();
      assertThat(late.err()).contains("nobody of dba has approved");
      assertThat(rowsLeft()).isEqualTo("3");
    }
  }

  @Test
  void an_answer_counts_after_the_gateway_was_killed() throws Exception {
    try (Gateway gateway = gateway("2m")) {
      String id;
      try (ServedGateway served = gateway.serve()) {
        CompletableFuture<Ran> step = delete(served);
        id = waiting(gateway);
        served.process().destroyForcibly().onExit().join();
        assertThat(step.get(60, TimeUnit.SECONDS).exit()).isNotZero();
      }
      try (ServedGateway served = gateway.serve()) {
        person(gateway, "approve", id).ok();
        Ran again = served.exec("psql", "-XAt", "-c", "DELETE FROM orders").run().ok();

        assertThat(again.out()).contains("DELETE 3");
        assertThat(rowsLeft()).isEqualTo("0");
        assertThat(person(gateway, "approvals", "show", id).ok().out()).contains(id + " used");
      }
    }
  }
}
