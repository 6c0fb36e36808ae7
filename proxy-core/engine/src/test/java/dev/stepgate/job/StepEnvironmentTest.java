package dev.stepgate.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.session.SessionId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepEnvironmentTest {

  private static final SessionId SESSION = new SessionId("01K8Z3N5Q7R9T1V3X5Z7B9D1F3");
  private static final Path DIRECTORY = Path.of("/run/step");

  @Test
  void one_connection_is_what_clients_find_without_being_told() {
    Map<String, String> variables =
        StepEnvironment.of(SESSION, List.of(endpoint("orders-db", "orders"))).variables(DIRECTORY);

    assertThat(variables)
        .containsEntry("PGHOST", "127.0.0.1")
        .containsEntry("PGPORT", "40112")
        .containsEntry("PGUSER", "ci_migrator")
        .containsEntry("PGPASSWORD", "t0ken")
        .containsEntry("PGDATABASE", "orders")
        .containsEntry("PGSSLMODE", "disable")
        .containsEntry("PGREQUIREAUTH", "scram-sha-256")
        .containsEntry(
            "DATABASE_URL", "postgresql://ci_migrator:t0ken@127.0.0.1:40112/orders?sslmode=disable")
        .containsEntry(
            "JDBC_DATABASE_URL",
            "jdbc:postgresql://127.0.0.1:40112/orders?user=ci_migrator&password=t0ken&sslmode=disable")
        .containsEntry("STEPGATE_SESSION", SESSION.value())
        .containsEntry("STEPGATE_ORDERS_DB_HOST", "127.0.0.1")
        .containsEntry("STEPGATE_ORDERS_DB_URL", variables.get("DATABASE_URL"))
        .containsEntry("STEPGATE_ORDERS_DB_JDBC_URL", variables.get("JDBC_DATABASE_URL"))
        .doesNotContainKeys("PGSERVICEFILE", "PGSSLROOTCERT");
  }

  @Test
  void names_that_urls_give_a_meaning_are_encoded_for_both_kinds() {
    Endpoint odd =
        new Endpoint(
            "x", "postgresql", "127.0.0.1", 1, "a b:c@d/é", "p+&=%#?", "d b&c", Optional.empty());

    Map<String, String> variables = StepEnvironment.of(SESSION, List.of(odd)).variables(DIRECTORY);

    assertThat(variables.get("DATABASE_URL"))
        .isEqualTo(
            "postgresql://a%20b%3Ac%40d%2F%C3%A9:p%2B%26%3D%25%23%3F@127.0.0.1:1/d%20b%26c"
                + "?sslmode=disable");
    assertThat(variables.get("JDBC_DATABASE_URL"))
        .isEqualTo(
            "jdbc:postgresql://127.0.0.1:1/d%20b%26c?user=a%20b%3Ac%40d%2F%C3%A9"
                + "&password=p%2B%26%3D%25%23%3F&sslmode=disable");
  }

  @Test
  void several_connections_get_a_service_file_and_the_first_is_the_default() {
    StepEnvironment environment =
        StepEnvironment.of(
            SESSION, List.of(endpoint("orders-db", "orders"), endpoint("reports", "rep")));

    assertThat(environment.variables(DIRECTORY))
        .containsEntry("PGDATABASE", "orders")
        .containsEntry("PGSERVICEFILE", "/run/step/pg_service.conf")
        .containsEntry("STEPGATE_REPORTS_DATABASE", "rep");
    assertThat(environment.files().get("pg_service.conf"))
        .isEqualTo(
            """
            [orders-db]
            host=127.0.0.1
            port=40112
            user=ci_migrator
            password=t0ken
            dbname=orders
            sslmode=disable

            [reports]
            host=127.0.0.1
            port=40112
            user=ci_migrator
            password=t0ken
            dbname=rep
            sslmode=disable

            """);
  }

  @Test
  void an_endpoint_with_a_certificate_is_verified_in_full() {
    Endpoint secure =
        new Endpoint("x", "postgresql", "127.0.0.1", 1, "u", "t", "d", Optional.of("-----BEGIN …"));
    StepEnvironment environment = StepEnvironment.of(SESSION, List.of(secure));

    assertThat(environment.files()).containsEntry("x-ca.pem", "-----BEGIN …");
    assertThat(environment.variables(DIRECTORY))
        .containsEntry("PGSSLMODE", "verify-full")
        .containsEntry("PGSSLROOTCERT", "/run/step/x-ca.pem")
        .containsEntry(
            "DATABASE_URL",
            "postgresql://u:t@127.0.0.1:1/d?sslmode=verify-full&sslrootcert=%2Frun%2Fstep%2Fx-ca.pem");
  }

  @Test
  void connections_whose_variables_would_collide_are_refused() {
    assertThatThrownBy(
            () ->
                StepEnvironment.of(
                    SESSION, List.of(endpoint("orders", "a"), endpoint("orders-jdbc", "b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("STEPGATE_ORDERS_JDBC_URL is already taken");
    assertThatThrownBy(
            () -> StepEnvironment.of(SESSION, List.of(endpoint("a", "a"), endpoint("a", "b"))))
        .hasMessageContaining("already taken");
  }

  @Test
  void a_value_that_would_add_lines_to_the_service_file_is_refused() {
    assertThatThrownBy(
            () ->
                StepEnvironment.of(
                    SESSION, List.of(endpoint("a", "x\nhost=evil"), endpoint("b", "y"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("control character");
  }

  @Test
  void what_would_lead_a_client_elsewhere_is_not_inherited_and_neither_is_a_secret() {
    Map<String, String> inherited =
        Map.of(
            "PATH", "/bin",
            "PGHOSTADDR", "10.0.0.1",
            "PGSERVICE", "prod",
            "PGOPTIONS", "-c x=y",
            "STEPGATE_CONFIG", "/etc/x",
            "ORDERS_PASSWORD", "hunter2",
            "DATABASE_URL", "postgresql://prod");

    Map<String, String> whole =
        StepEnvironment.of(SESSION, List.of(endpoint("orders-db", "orders")))
            .over(inherited, Set.of("ORDERS_PASSWORD"), DIRECTORY);

    assertThat(whole)
        .containsEntry("PATH", "/bin")
        .containsEntry("PGHOST", "127.0.0.1")
        .doesNotContainKeys(
            "PGHOSTADDR", "PGSERVICE", "PGOPTIONS", "STEPGATE_CONFIG", "ORDERS_PASSWORD");
    assertThat(whole.values()).doesNotContain("hunter2", "postgresql://prod");
  }

  @Test
  void tokens_are_not_printed() {
    StepEnvironment environment =
        StepEnvironment.of(SESSION, List.of(endpoint("orders-db", "orders")));

    assertThat(environment.toString()).doesNotContain("t0ken");
  }

  private static Endpoint endpoint(String name, String database) {
    return new Endpoint(
        name, "postgresql", "127.0.0.1", 40112, "ci_migrator", "t0ken", database, Optional.empty());
  }

  @Test
  void a_socket_is_what_libpq_finds_and_the_jdbc_driver_keeps_the_port() {
    Endpoint endpoint =
        new Endpoint(
            "orders-db",
            "postgresql",
            "127.0.0.1",
            40112,
            "ci",
            "t",
            "orders",
            Optional.of("/run/stepgate/steps/01K8"),
            Optional.empty());
    StepEnvironment environment = StepEnvironment.of(SESSION, List.of(endpoint, other(endpoint)));

    assertThat(environment.variables(DIRECTORY))
        .containsEntry("PGHOST", "/run/stepgate/steps/01K8")
        .containsEntry("PGPORT", "40112")
        .containsEntry("STEPGATE_ORDERS_DB_HOST", "/run/stepgate/steps/01K8")
        .containsEntry(
            "DATABASE_URL",
            "postgresql://ci:t@127.0.0.1:40112/orders"
                + "?host=%2Frun%2Fstepgate%2Fsteps%2F01K8&sslmode=disable")
        .containsEntry(
            "JDBC_DATABASE_URL",
            "jdbc:postgresql://127.0.0.1:40112/orders?user=ci&password=t&sslmode=disable");
    assertThat(environment.files().get("pg_service.conf"))
        .contains("host=/run/stepgate/steps/01K8\n");
    assertThat(environment.sockets())
        .containsExactly(
            Path.of("/run/stepgate/steps/01K8/.s.PGSQL.40112"),
            Path.of("/run/stepgate/steps/01K8/.s.PGSQL.40113"));
    assertThat(environment.onLoopback().sockets()).isEmpty();
    assertThat(environment.onLoopback().variables(DIRECTORY))
        .containsEntry("PGHOST", "127.0.0.1")
        .containsEntry("PGPORT", "40112");
  }

  private static Endpoint other(Endpoint like) {
    return new Endpoint(
        "ledger-db",
        like.protocol(),
        like.host(),
        like.port() + 1,
        like.user(),
        like.token(),
        like.database(),
        like.directory(),
        like.ca());
  }
}
