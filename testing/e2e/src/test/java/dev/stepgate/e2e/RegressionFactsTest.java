package dev.stepgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every statement of PostgreSQL 15's regression tests, as its server reads it and as facts do. The
 * server's log tells which texts its parser took and which it refused as syntax.
 */
@EndToEnd
class RegressionFactsTest {

  private static final Path REGRESSION = Machine.repository().resolve("testing/e2e/regression");
  private static final Duration LONGEST = Duration.ofMinutes(15);

  /** Of the statements that the server's parser takes. What is missing is decided at run time. */
  private static final double COMPLETE = 0.993;

  /**
   * A text with the setting that it was read under.
   *
   * @param strings whether standard_conforming_strings was on
   */
  private record Text(String sql, boolean strings) {}

  @Test
  void statements_are_taken_and_refused_as_the_server_does_and_facts_are_complete()
      throws IOException {
    Path directory = Machine.directory("regression-facts");
    try {
      Program.inheriting(REGRESSION.resolve("run").toString(), "sources", directory.toString())
          .within(LONGEST)
          .run()
          .ok();
      Files.createDirectory(directory.resolve("log"));
      if (Machine.root()) {
        Program.of("chown", "-R", PostgresServer.USER, directory.toString()).run().ok();
      }
      run(directory);
      Set<Text> taken = new LinkedHashSet<>();
      Set<Text> refused = new LinkedHashSet<>();
      read(directory.resolve("log/server.json"), taken, refused);
      compare(taken, refused);
    } finally {
      Machine.remove(directory);
    }
  }

  private static void run(Path directory) throws IOException {
    String password = Machine.secret();
    try (PostgresServer server =
        PostgresServer.of(PostgresVersion.V15)
            .with("logging_collector = on")
            .with("log_destination = 'jsonlog'")
            .with("log_directory = '" + directory.resolve("log") + "'")
            .with("log_filename = 'server.log'")
            .with("log_statement = 'all'")
            .start()) {
      server.sql("postgres", "ALTER ROLE postgres PASSWORD '" + password + "'");
      server.sql("postgres", "CREATE DATABASE regression TEMPLATE template0");
      Path tests = directory.resolve("source/src/test/regress");
      Files.createDirectories(directory.resolve("results"));
      for (String test : schedule(tests.resolve("parallel_schedule"))) {
        Program.as(
                PostgresServer.USER, "psql", "-Xq", "-f", tests.resolve("sql/" + test).toString())
            .with("PGHOST", "127.0.0.1")
            .with("PGPORT", Integer.toString(server.port()))
            .with("PGUSER", PostgresServer.USER)
            .with("PGPASSWORD", password)
            .with("PGDATABASE", "regression")
            .with("PG_ABS_SRCDIR", tests.toString())
            .with("PG_ABS_BUILDDIR", directory.toString())
            .with("PG_LIBDIR", "/nonexistent")
            .with("PG_DLSUFFIX", ".so")
            .in(directory)
            .writingAll(Path.of("/dev/null"))
            .run();
      }
    }
  }

  private static List<String> schedule(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("test:"))
          .flatMap(line -> Stream.of(line.substring(5).strip().split(" +")))
          .map(test -> test + ".sql")
          .toList();
    }
  }

  private static void read(Path log, Set<Text> taken, Set<Text> refused) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Boolean> strings = new HashMap<>();
    try (Stream<String> lines = Files.lines(log)) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode event = json.readTree(line);
        String session = event.path("session_id").asText();
        boolean standard = strings.getOrDefault(session, true);
        String message = event.path("message").asText();
        if (message.startsWith("statement: ")) {
          String sql = message.substring("statement: ".length());
          taken.add(new Text(sql, standard));
          strings.put(session, after(sql, standard));
        } else if (event.path("state_code").asText().equals("42601")) {
          refused.add(new Text(event.path("statement").asText(), standard));
        }
      }
    }
    refused.removeAll(taken);
  }

  /** What the setting is after {@code sql}. */
  private static boolean after(String sql, boolean before) {
    String words = sql.toLowerCase(Locale.ROOT).replaceAll("[\\s;]", "");
    if (words.startsWith("setstandard_conforming_strings")) {
      return words.endsWith("on") || words.endsWith("true");
    }
    return before || words.startsWith("reset");
  }

  private static void compare(Set<Text> taken, Set<Text> refused) throws IOException {
    Map<String, Integer> gaps = new TreeMap<>();
    List<String> newer = new ArrayList<>();
    int complete = 0;
    int agreed = 0;
    try (Statements statements = new Statements(1)) {
      for (Text text : taken) {
        Facts facts = facts(statements, text);
        complete += facts.complete() ? 1 : 0;
        gaps(facts).forEach(gap -> gaps.merge(gap.reason() + ": " + gap.detail(), 1, Integer::sum));
        if (gaps(facts).stream().anyMatch(gap -> gap.reason() == Gap.Reason.SYNTAX)) {
          newer.add(text.sql().strip());
        }
      }
      for (Text text : refused) {
        agreed +=
            gaps(facts(statements, text)).stream()
                    .anyMatch(gap -> gap.reason() == Gap.Reason.SYNTAX)
                ? 1
                : 0;
      }
    }
    System.out.printf(
        "[INFO] %d different texts taken by the server's parser, facts complete for %d (%.2f %%)%n",
        taken.size(), complete, 100.0 * complete / taken.size());
    gaps.forEach((gap, count) -> System.out.printf("[INFO]   %5d %s%n", count, gap));
    System.out.printf(
        "[INFO] %d refused by the server's parser, %d by the facts' too%n", refused.size(), agreed);
    String known = Files.readString(REGRESSION.resolve("newer-grammar"));
    assertThat(newer).allMatch(known::contains);
    assertThat(taken.size()).isGreaterThan(30_000);
    assertThat(complete).isGreaterThan((int) (COMPLETE * taken.size()));
    assertThat(agreed).isGreaterThan(refused.size() * 8 / 10);
  }

  private static List<Gap> gaps(Facts facts) {
    return facts.statements().stream()
        .flatMap(statement -> statement.gaps().stream())
        .filter(gap -> !gap.later())
        .distinct()
        .toList();
  }

  private static Facts facts(Statements statements, Text text) {
    Shape shape = new Shape();
    byte[] sql = text.sql().getBytes(UTF_8);
    System.arraycopy(sql, 0, shape.room(sql.length), 0, sql.length);
    Lexing lexing = new Lexing(text.strings(), Lexing.Encoding.UTF8);
    Facts known = statements.known(shape, sql.length, lexing);
    return known != null ? known : statements.read(shape, sql.length, lexing).join();
  }
}
