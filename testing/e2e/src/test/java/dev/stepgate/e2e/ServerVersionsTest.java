package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same client, with a libpq of its own that speaks protocol 3.2, on each server's version. */
@EndToEnd
class ServerVersionsTest {

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void psycopg_and_pgbench_work_through_the_gateway_on_every_server(PostgresVersion version) {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.of(version).withTls().start()) {
      server.database("orders", "ci", password);
      try (Gateway gateway = Gateway.before(server, "orders", "ci", password);
          HeldStep step = gateway.hold()) {

        Ran psycopg = Program.of(ClientPrograms.psycopg()).with(step.variables()).run();
        Ran filled = step.client("pgbench", "-i", "-q", "-s", "1").run();
        Ran pgbench = step.client("pgbench", "-n", "-M", "prepared", "-t", "50", "-c", "2").run();
        Sealed sealed = step.seal();

        assertThat(psycopg.ok().out()).endsWith("all ok\n");
        assertThat(filled.exit()).as(filled.err()).isZero();
        assertThat(pgbench.ok().out()).contains("actually processed: 100/100");
        assertThat(sealed.operations()).isGreaterThan(7 * 100);
        assertThat(gateway.verify().ok().out()).contains("VERIFIED");
      }
    }
  }
}
