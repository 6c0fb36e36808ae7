package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers that are dead, mute or stopped, and clients that vanish or do not read. */
@EndToEnd
class FaultsTest {

  private static final String PASSWORD = Machine.secret();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String RUNNING =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ci' AND state = 'active'";
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_dead_server_is_a_clear_error_at_the_client() throws Exception {
    String address;
    try (ServerSocket closed = new ServerSocket(0)) {
      address = "127.0.0.1:" + closed.getLocalPort() + "/orders";
    }
    try (Gateway gateway = Gateway.before(address, "ci", PASSWORD)) {
      Ran ran = gateway.exec("psql", "-XAtqc", "SELECT 1").within(SOON).run();

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("orders-db").containsIgnoringCase("refused");
    }
  }

  @Test
  void a_server_that_never_answers_is_given_up_after_the_configured_time() {
    try (FakeServer mute = FakeServer.silent();
        Gateway gateway =
            Gateway.before(mute.address("orders"), "ci", PASSWORD).limit("upstream_login: 1s")) {
      Ran ran = gateway.exec("psql", "-XAtqc", "SELECT 1").within(SOON).run();

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("orders-db");
    }
  }

  @Test
  void a_stopped_server_stalls_its_sessions_and_nothing_else() throws Exception {
    try (Gateway gateway =
            Gateway.before(server, "orders", "ci", PASSWORD).limit("upstream_login: 1s");
        HeldStep step = gateway.hold();
        RawClient client = RawClient.login(step.variables())) {
      signal("STOP");
      Ran another;
      try {
        client.query("SELECT 42");
        another = step.client("psql", "-XAtqc", "SELECT 1").within(SOON).run();
      } finally {
        signal("CONT");
      }

      assertThat(another.exit()).isEqualTo(2);
      assertThat(RawClient.text(client.until('D'), 6)).isEqualTo("42");
      assertThat(step.client("psql", "-XAtqc", "SELECT 1").run().ok().out()).isEqualTo("1\n");
    }
  }

  @Test
  void a_client_that_dies_takes_its_running_statement_with_it() throws Exception {
    try (Gateway gateway = Gateway.before(server, "orders", "ci", PASSWORD);
        HeldStep step = gateway.hold()) {
      try (RawClient client = RawClient.login(step.variables())) {
        client.query("SELECT pg_sleep(120)");
        await(RUNNING, "1");
        client.socket().setSoLinger(true, 0); // a reset, as when a machine dies
      }

      await(RUNNING, "0");
    }
  }

  @Test
  void a_client_that_does_not_read_stops_the_server_and_costs_no_memory() throws Exception {
    try (Gateway gateway = Gateway.before(server, "orders", "ci", PASSWORD).heap("128m");
        HeldStep step = gateway.hold();
        RawClient client = RawClient.login(step.variables())) {
      client.query("SELECT repeat('x', 1000) FROM generate_series(1, 2000000)");
      await(
          "SELECT count(*) FROM pg_stat_activity"
              + " WHERE usename = 'ci' AND wait_event = 'ClientWrite'",
          "1");
      Ran neighbour = step.client("psql", "-XAtqc", "SELECT 1").within(SOON).run();
      long peak = ProcessMemory.peakMib(step.process().pid());

      assertThat(neighbour.ok().out()).isEqualTo("1\n");
      assertThat(peak).isLessThan(420);
    }
  }

  @Test
  void a_server_that_restarts_costs_its_sessions_and_the_next_client_works() throws Exception {
    try (Gateway gateway = Gateway.before(server, "orders", "ci", PASSWORD);
        HeldStep step = gateway.hold();
        RawClient client = RawClient.login(step.variables())) {
      server.stop();
      server.restart();
      client.query("SELECT 1");

      assertThat(client.until('Z').type()).isEqualTo('E');
      assertThat(step.client("psql", "-XAtqc", "SELECT 1").run().ok().out()).isEqualTo("1\n");
    }
  }

  private static void signal(String name) {
    String pid = Long.toString(server.pid());
    Program.of("sh", "-c", "kill -" + name + " " + pid + " $(ps -o pid= --ppid " + pid + ")")
        .run()
        .ok();
  }

  private static void await(String sql, String expected) throws InterruptedException {
    Instant end = Instant.now().plus(SOON);
    String seen = server.sql("orders", sql);
    while (!seen.equals(expected)) {
      assertThat(Instant.now()).as(sql + ": " + seen).isBefore(end);
      Thread.sleep(50);
      seen = server.sql("orders", sql);
    }
  }
}
