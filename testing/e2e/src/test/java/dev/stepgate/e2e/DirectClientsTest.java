package dev.stepgate.e2e;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite on the server itself: what fails here is the suite's or the machine's fault. */
@EndToEnd
class DirectClientsTest extends ClientSuite {

  private static final String PASSWORD = Machine.secret();
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

  @Override
  Map<String, String> variables() {
    return Map.of(
        "PGHOST", "127.0.0.1",
        "PGPORT", Integer.toString(server.port()),
        "PGUSER", "ci",
        "PGPASSWORD", PASSWORD,
        "PGDATABASE", "orders",
        "PGSSLMODE", "disable");
  }
}
