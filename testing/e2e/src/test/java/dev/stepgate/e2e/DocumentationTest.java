package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command that the documentation shows, run as it stands there, in a directory that has what
 * the pages speak of: a {@code stepgate.yml} with {@code orders-db}, a table, a migration, a build
 * log of an earlier step. A session id with an ellipsis stands for that step's.
 */
@EndToEnd
class DocumentationTest {

  private static final Duration LONGEST = Duration.ofMinutes(8);
  private static final String EXAMPLE_SESSION = "01K8Z(…|[0-9A-Z]{21})";

  /** What docs/guides/rules.md gives the connection, behind its other keys. */
  private static final String RULES =
      """
          mode: enforce
          default: deny
          rules:
            - { name: no-drops, effects: [drop, truncate], deny: "Drops go through the DBA team (wiki/drops)." }
            - { name: mass-writes, effects: [update, delete], without_where: true, require_approval: { from: [dba], within: 10m } }
            - { name: migrate, effects: [read, write, ddl], allow: true }
      people: { users: { alice: [dba] } }
      """;

  private static PostgresServer server;
  private static Path directory;
  private static String session;

  @BeforeAll
  static void prepare() throws IOException {
    assumeTrue(Machine.root(), "not root, so the step cannot be put under another user");
    String password = Machine.secret();
    server = PostgresServer.start();
    server.database("orders", "ci_migrator", password);
    server.sql("orders", "CREATE TABLE orders (id int); GRANT ALL ON orders TO ci_migrator");
    directory = Machine.directory("documentation");
    secret("password", password);
    secret(
        "stepgate.yml",
        """
        name: ci-east
        state: %1$s/state
        connections:
          orders-db:
            protocol: postgresql
            address: %2$s
            user: ci_migrator
            password: { file: %1$s/password }
            tls: { verify: off }
            open_to: [ { issuer: local, user: root } ]
        """
            .formatted(directory, server.address("orders")));
    secret("rules.yml", RULES);
    Files.writeString(directory.resolve("migrate.sql"), "INSERT INTO orders VALUES (1);\n");
    Ran step = shell("./stepgate exec --connection orders-db -- psql -c 'SELECT 1'").ok();
    Files.writeString(directory.resolve("build.log"), step.err());
    session = new Sealed(step.exit(), step.err()).session();
    String output = directory.resolve(session + ".stepgate").toString();
    shell("./stepgate key show > " + directory + "/ci.key").ok();
    shell("./stepgate sessions export " + session + " --output " + output).ok();
  }

  @AfterAll
  static void remove() {
    if (server != null) {
      server.close();
      Machine.remove(directory);
    }
  }

  @TestFactory
  Stream<DynamicTest> every_command_that_is_shown_runs_or_says_why_not() {
    List<ShellBlocks.Block> blocks = ShellBlocks.all();
    assertThat(blocks).hasSizeGreaterThan(4);
    return blocks.stream()
        .map(block -> DynamicTest.dynamicTest(block.toString(), () -> run(block)));
  }

  private static void run(ShellBlocks.Block block) {
    assumeTrue(block.reason().isEmpty(), block.reason());
    String given = block.file().endsWith("rules.md") ? "cat rules.yml >> stepgate.yml\n" : "";
    Ran ran = shell(given + block.script().replaceAll(EXAMPLE_SESSION, session));

    assertThat(ran.exit()).as(block + "\n" + block.script() + "\n" + ran).isZero();
  }

  /** Runs a script in a directory of its own that has all that the pages speak of. */
  private static Ran shell(String script) {
    Path place = Machine.directory("shown");
    try {
      for (String name : List.of("stepgate", "testing", "docs")) {
        Files.createSymbolicLink(place.resolve(name), Machine.repository().resolve(name));
      }
      copy(place, "stepgate.yml", "rules.yml", "migrate.sql", "build.log", "ci.key");
      if (!script.contains("sessions export")) {
        copy(place, session + ".stepgate");
      }
      return Program.inheriting("bash", "-euo", "pipefail", "-c", script)
          .with("PATH", place + ":" + System.getenv("PATH"))
          .with("HOME", Files.createDirectory(place.resolve("home")).toString())
          .in(place)
          .within(LONGEST)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Machine.remove(place);
    }
  }

  private static void copy(Path place, String... names) throws IOException {
    for (String name : names) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, place.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void secret(String name, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
