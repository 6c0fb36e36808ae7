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
}
