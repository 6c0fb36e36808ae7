package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL's own regression tests: see {@code testing/e2e/regression/README.md}. */
@EndToEnd
class RegressionTest {

  private static final String SCRIPT =
      Machine.repository().resolve("testing/e2e/regression/run").toString();
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final String DATABASE = "regression";

  @Test
  void the_result_files_are_the_same_directly_and_through_the_gateway() {
    Path directory = Machine.directory("regression");
    try {
      Program.inheriting(SCRIPT, "build", directory.toString()).within(LONGEST).run().ok();
      if (Machine.root()) {
        Program.of("chown", "-R", PostgresServer.USER, directory.toString()).run().ok();
      }
      directly(directory);
      throughTheGateway(directory);

      Ran compared = Program.of(SCRIPT, "compare", directory.toString(), "direct", "gateway").run();

      assertThat(compared.exit()).as(compared.toString()).isZero();
      System.out.print("[INFO] " + compared.out());
    } finally {
      Machine.remove(directory);
    }
  }

  private static void directly(Path directory) {
    String password = Machine.secret();
    try (PostgresServer server = cluster(password)) {
      tests(directory, "direct")
          .with("PGHOST", "127.0.0.1")
          .with("PGPORT", Integer.toString(server.port()))
          .with("PGUSER", PostgresServer.USER)
          .with("PGPASSWORD", password)
          .with("PGDATABASE", DATABASE)
          .run()
          .ok();
    }
  }

  private static void throughTheGateway(Path directory) {
    String password = Machine.secret();
    try (PostgresServer server = cluster(password);
        Gateway gateway = Gateway.before(server, DATABASE, PostgresServer.USER, password);
        HeldStep step = gateway.stepOf(PostgresServer.USER).connection("databases: any").hold()) {
      Map<String, String> variables = step.variables();
      tests(directory, "gateway").with(variables).run().ok();
      Sealed sealed = step.seal();
      assertThat(sealed.exit()).as(sealed.said()).isZero();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  /** As the servers' user, since server and client write into the same directory. */
  private static Program tests(Path directory, String name) {
    return Program.as(PostgresServer.USER, SCRIPT, "tests", directory.toString(), name)
        .in(directory)
        .within(LONGEST);
  }

  private static PostgresServer cluster(String password) {
    PostgresServer server = PostgresServer.of(PostgresVersion.V15).start();
    server.sql("postgres", "ALTER ROLE postgres PASSWORD '" + password + "'");
    server.sql("postgres", "CREATE DATABASE " + DATABASE + " TEMPLATE template0");
    return server;
  }
}
