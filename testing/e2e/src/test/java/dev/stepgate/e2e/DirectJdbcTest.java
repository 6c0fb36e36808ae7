package dev.stepgate.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite on the server itself: what fails here is the suite's or the machine's fault. */
@EndToEnd
class DirectJdbcTest extends JdbcSuite {

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
  String url() {
    return "jdbc:postgresql://"
        + server.address("orders")
        + "?user=ci&password="
        + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8)
        + "&sslmode=disable";
  }
}
