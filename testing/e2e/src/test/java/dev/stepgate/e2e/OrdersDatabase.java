package dev.stepgate.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A server with a database {@code orders}, and gateways before it. */
abstract class OrdersDatabase {

  /** The password of the database's user {@code ci}. */
  static final String PASSWORD = Machine.secret();

  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** A gateway before it, not started. */
  static Gateway gateway() {
    return Gateway.before(server, "orders", "ci", PASSWORD);
  }
}
