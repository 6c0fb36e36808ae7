package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS towards each version of the server, asked for first and from the first byte. */
@EndToEnd
class UpstreamTlsTest {

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void a_server_is_spoken_to_within_tls_only(PostgresVersion version) {
    String password = Machine.secret();
    try (PostgresServer server =
        PostgresServer.of(version)
            .withTls()
            .admitting("hostnossl all all 127.0.0.1/32 reject")
            .start()) {
      server.database("orders", "ci", password);
      String verified = "verify: full, ca: " + server.certificates().authority();

      Ran asked = through(server, password, "{ " + verified + " }");
      Ran direct = through(server, password, "{ " + verified + ", direct: on }");
      Ran plain = through(server, password, "{ verify: off }");

      assertThat(asked.ok().out()).startsWith("t|TLSv1.3\n");
      if (version == PostgresVersion.V15) {
        assertThat(direct.exit()).isEqualTo(2);
        assertThat(direct.err())
            .contains("TLS with the server failed", "servers before 17 do not know it");
      } else {
        assertThat(direct.ok().out()).startsWith("t|TLSv1.3\n");
      }
      assertThat(plain.exit()).isEqualTo(2);
      assertThat(plain.err()).contains("the server refused the gateway", "pg_hba.conf rejects");
    }
  }

  private static Ran through(PostgresServer server, String password, String tls) {
    try (Gateway gateway = Gateway.before(server, "orders", "ci", password).tls(tls)) {
      String sql = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      return gateway.exec("psql", "-XAtc", sql).run();
    }
  }
}
