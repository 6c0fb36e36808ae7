package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite through the gateway, TLS towards the server; afterwards the evidence is verified. */
@EndToEnd
class GatewayClientsTest extends ClientSuite {

  private static PostgresServer server;
  private static Gateway gateway;
  private static HeldStep step;

  @BeforeAll
  static void start() {
    String password = Machine.secret();
    server = PostgresServer.of(PostgresVersion.V15).withTls().start();
    server.database("orders", "ci", password);
    gateway = Gateway.before(server, "orders", "ci", password);
    step = gateway.hold();
  }

  @AfterAll
  static void the_evidence_is_verified_by_a_stranger() {
    try {
      Sealed sealed = step.seal();
      Ran verified = gateway.verify();
      List<RecordingFile> recordings = RecordingFile.below(gateway.state());

      assertThat(sealed.exit()).isZero();
      assertThat(verified.ok().out()).contains("VERIFIED");
      assertThat(recordings).isNotEmpty().allMatch(RecordingFile::ended);
      long requests = recordings.stream().mapToLong(r -> r.all("request").size()).sum();
      assertThat(sealed.operations()).isEqualTo(requests);
    } finally {
      step.close();
      gateway.close();
      server.close();
    }
  }

  @Override
  Map<String, String> variables() {
    return step.variables();
  }
}
