package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a real server may ask the gateway to authenticate, and what the gateway asks of it. */
@EndToEnd
class UpstreamAuthTest {

  private static final String PASSWORD = Machine.secret();
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server =
        PostgresServer.of(PostgresVersion.V15)
            .withTls()
            .admitting("hostssl orders ci_scram 127.0.0.1/32 scram-sha-256")
            .admitting("host orders ci_md5 127.0.0.1/32 md5")
            .admitting("host orders ci_password 127.0.0.1/32 password")
            .admitting("host orders ci_trust 127.0.0.1/32 trust")
            .admitting("hostssl orders ci_cert 127.0.0.1/32 cert")
            .start();
    server.database("orders", "owner", PASSWORD);
    server.role("ci_scram", "LOGIN PASSWORD '" + PASSWORD + "'");
    server.role("ci_password", "LOGIN PASSWORD '" + PASSWORD + "'");
    server.role("ci_trust", "LOGIN");
    server.role("ci_cert", "LOGIN");
    server.sql(
        "orders",
        "SET password_encryption = md5; CREATE ROLE ci_md5 LOGIN PASSWORD '" + PASSWORD + "'");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password", "trust"})
  void each_way_works_where_the_connection_names_it(String way) {
    try (Gateway gateway = before(way).connection("auth: [ " + way + " ]")) {
      Ran ran = whoAmI(gateway);

      assertThat(ran.ok().out()).startsWith(role(way) + "|t\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "password", "trust"})
  void a_weaker_way_than_scram_is_refused_unless_named(String way) {
    try (Gateway gateway = before(way)) {
      Ran ran = whoAmI(gateway);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("\"" + way + "\"", "allow").doesNotContain(PASSWORD);
    }
  }

  @Test
  void a_client_certificate_logs_in_where_the_connection_has_one() {
    Path certificate = server.certificates().client("ci_cert");
    String tls =
        "{ verify: full, ca: %s, cert: %s, key: %s }"
            .formatted(
                server.certificates().authority(),
                certificate,
                certificate.toString().replace(".crt", ".key"));
    try (Gateway gateway = before("cert").tls(tls).connection("auth: [ cert ]")) {
      assertThat(whoAmI(gateway).ok().out()).startsWith("ci_cert|t\n");
    }
  }

  @Test
  void a_server_whose_certificate_nobody_trusted_signed_is_not_spoken_to() {
    String stranger = server.certificates().stranger().toString();
    try (Gateway gateway = before("scram-sha-256").tls("{ verify: full, ca: " + stranger + " }")) {
      Ran ran = whoAmI(gateway);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("TLS with the server failed");
    }
  }

  @Test
  void a_server_of_another_name_is_not_spoken_to() {
    String tls =
        "{ verify: full, ca: %s, server_name: db.example }"
            .formatted(server.certificates().authority());
    try (Gateway gateway = before("scram-sha-256").tls(tls)) {
      Ran ran = whoAmI(gateway);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("TLS with the server failed");
    }
  }

  @Test
  void a_wrong_upstream_password_is_a_clear_error_without_the_password() {
    String wrong = Machine.secret();
    try (Gateway gateway = Gateway.before(server, "orders", "ci_scram", wrong)) {
      Ran ran = whoAmI(gateway);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("ci_scram").doesNotContain(wrong);
    }
  }

  private static Gateway before(String way) {
    return Gateway.before(server, "orders", role(way), PASSWORD);
  }

  private static String role(String way) {
    return way.startsWith("scram") ? "ci_scram" : "ci_" + way;
  }

  private static Ran whoAmI(Gateway gateway) {
    String sql = "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    return gateway.exec("psql", "-XAtc", sql).run();
  }
}
