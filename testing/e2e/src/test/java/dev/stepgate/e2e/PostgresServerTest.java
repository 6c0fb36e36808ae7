package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EndToEnd
class PostgresServerTest {

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void each_server_lets_the_owner_in_over_tls_and_nobody_with_a_wrong_password(
      PostgresVersion version) {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.of(version).withTls().start()) {
      server.database("orders", "ci", password);
      String ca = server.certificates().authority().toString();

      Ran right = psql(server, ca, password);
      Ran wrong = psql(server, ca, password + "x");
      Ran stranger = psql(server, server.certificates().stranger().toString(), password);

      assertThat(right.ok().out()).isEqualTo("t|" + version.major() + "\n");
      assertThat(wrong.exit()).isEqualTo(2);
      assertThat(wrong.err()).contains("password authentication failed");
      assertThat(stranger.err()).contains("certificate verify failed");
    }
  }

  private static Ran psql(PostgresServer server, String ca, String password) {
    String sql =
        "SELECT ssl, current_setting('server_version_num')::int / 10000"
            + " FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    return Program.of("psql", "-XAtc", sql)
        .with("PGHOST", "127.0.0.1")
        .with("PGPORT", Integer.toString(server.port()))
        .with("PGUSER", "ci")
        .with("PGDATABASE", "orders")
        .with("PGPASSWORD", password)
        .with("PGSSLMODE", "verify-full")
        .with("PGSSLROOTCERT", ca)
        .run();
  }
}
