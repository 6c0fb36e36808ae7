package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that ask for TLS at a session's endpoint. A step is told {@code sslmode=disable}; a tool
 * that insists gets TLS, with a certificate that nobody vouches for.
 */
@EndToEnd
class EndpointTlsTest {

  private static PostgresServer server;
  private static Gateway gateway;
  private static HeldStep step;

  @BeforeAll
  static void start() {
    String password = Machine.secret();
    server = PostgresServer.start();
    server.database("orders", "ci", password);
    gateway = Gateway.before(server, "orders", "ci", password).with("endpoints: { sockets: off }");
    step = gateway.hold();
  }

  @AfterAll
  static void stop() {
    step.close();
    gateway.close();
    server.close();
  }

  @Test
  void a_step_is_told_to_do_without_because_the_endpoint_is_on_loopback() {
    assertThat(step.variable("PGSSLMODE")).isEqualTo("disable");
    assertThat(step.variable("PGHOST")).isEqualTo("127.0.0.1");
    assertThat(libpq18().ok().out()).contains(": plain, answer 42");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefer", "require"})
  void a_client_that_asks_for_tls_gets_it(String sslmode) {
    assertThat(libpq18("sslmode=" + sslmode).ok().out()).contains(": tls, answer 42");
    assertThat(psql(sslmode).ok().out()).contains("SSL connection", "TLSv1.3");
  }

  @Test
  void tls_without_asking_first_works_too() {
    Ran ran = libpq18("sslmode=require", "sslnegotiation=direct");

    assertThat(ran.ok().out()).contains("libpq 18", ": tls, answer 42");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "direct"})
  void the_token_is_proved_bound_to_the_channel(String negotiation) {
    Ran ran =
        libpq18("sslmode=require", "sslnegotiation=" + negotiation, "channel_binding=require");

    assertThat(ran.ok().out()).contains(": tls, answer 42");
  }

  @Test
  void tls_at_once_that_is_not_for_postgresql_is_closed_before_a_byte_is_read() {
    String endpoint = "127.0.0.1:" + step.variable("PGPORT");

    Ran without = Program.of("openssl", "s_client", "-connect", endpoint).run();
    Ran http = Program.of("openssl", "s_client", "-alpn", "http/1.1", "-connect", endpoint).run();
    Ran postgres =
        Program.of("openssl", "s_client", "-alpn", "postgresql", "-connect", endpoint).run();

    assertThat(http.exit()).isNotZero();
    assertThat(without.out()).doesNotContain("ALPN protocol: postgresql");
    assertThat(postgres.out()).contains("ALPN protocol: postgresql");
  }

  @Test
  void a_client_that_verifies_the_endpoint_refuses_it() {
    String authorities = "sslrootcert=/etc/ssl/certs/ca-certificates.crt";

    Ran ran = libpq18("sslmode=verify-full", authorities);

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("certificate verify failed");
  }

  @Test
  void a_wrong_token_is_a_wrong_token_within_tls() {
    Ran ran = libpq18("sslmode=require", "password=not-this-one");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("password authentication failed");
  }

  private static Ran libpq18(String... settings) {
    List<String> psycopg = ClientPrograms.psycopg();
    List<String> command = new ArrayList<>(List.of(psycopg.get(0)));
    command.add(psycopg.get(1).replace("check.py", "tls.py"));
    command.addAll(List.of(settings));
    return Program.of(command).with(step.variables()).run();
  }

  /** Debian's own, of libpq 15 or so. */
  private static Ran psql(String sslmode) {
    return step.client("psql", "-X", "-c", "\\conninfo").with("PGSSLMODE", sslmode).run();
  }
}
