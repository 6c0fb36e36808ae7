package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** pgjdbc through the gateway, by the URL that a step is given. */
@EndToEnd
class GatewayJdbcTest extends JdbcSuite {

  private static PostgresServer server;
  private static Gateway gateway;
  private static HeldStep step;

  @BeforeAll
  static void start() {
    String password = Machine.secret();
    server = PostgresServer.start();
    server.database("orders", "ci", password);
    gateway = Gateway.before(server, "orders", "ci", password);
    step = gateway.hold();
  }

  @AfterAll
  static void the_evidence_is_verified_by_a_stranger() {
    try {
      assertThat(step.seal().exit()).isZero();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    } finally {
      step.close();
      gateway.close();
      server.close();
    }
  }

  @Override
  String url() {
    return step.variable("JDBC_DATABASE_URL");
  }
}
