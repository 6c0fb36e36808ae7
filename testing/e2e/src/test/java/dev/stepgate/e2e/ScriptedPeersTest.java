package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tests' own client and server, each held against a real counterpart. */
@EndToEnd
class ScriptedPeersTest {

  @Test
  void the_raw_client_logs_in_to_a_real_server_and_asks_it() throws Exception {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.start()) {
      server.database("orders", "ci", password);
      Map<String, String> variables =
          Map.of(
              "PGHOST", "127.0.0.1",
              "PGPORT", Integer.toString(server.port()),
              "PGUSER", "ci",
              "PGPASSWORD", password,
              "PGDATABASE", "orders");
      try (RawClient client = RawClient.login(variables)) {
        client.query("SELECT repeat('x', 1000000)");

        assertThat(client.until('D').length()).isEqualTo(2 + 4 + 1_000_000);
      }
      Map<String, String> wrong = new TreeMap<>(variables);
      wrong.put("PGPASSWORD", "another");
      assertThatThrownBy(() -> RawClient.login(wrong).close()).hasMessageContaining("28P01");
    }
  }

  @Test
  void the_fake_server_satisfies_a_real_client() {
    try (FakeServer server = FakeServer.trusting()) {
      String[] address = server.address("any").split("[:/]");
      Ran ran =
          Program.of("psql", "-XAtqc", "SELECT 1")
              .with("PGHOST", address[0])
              .with("PGPORT", address[1])
              .with("PGUSER", "anybody")
              .with("PGDATABASE", address[2])
              .with("PGSSLMODE", "disable")
              .with("PGGSSENCMODE", "disable")
              .run();

      assertThat(ran.exit()).as(ran.toString()).isZero();
      assertThat(server.queries()).isEqualTo(1);
    }
  }

  @Test
  void the_load_inserts_ids_in_three_ways_until_it_is_cut_off() throws Exception {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.start()) {
      server.database("orders", "ci", password);
      server.sql("orders", "CREATE TABLE ids (id text PRIMARY KEY)");
      server.sql("orders", "GRANT ALL ON ids TO ci");
      IdLoad load = new IdLoad();
      load.start(
          Map.of(
              "PGHOST", "127.0.0.1",
              "PGPORT", Integer.toString(server.port()),
              "PGUSER", "ci",
              "PGPASSWORD", password,
              "PGDATABASE", "orders"));
      Thread.sleep(300); // long enough for a few of each

      // One of the clients connects anew for each id: nobody may come back.
      server.sql("orders", "ALTER ROLE ci NOLOGIN");
      server.sql(
          "orders", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ci'");
      load.join();

      long executed = Long.parseLong(server.sql("orders", "SELECT count(*) FROM ids"));
      assertThat(executed).isBetween(50L, load.handedOut());
    }
  }
}
