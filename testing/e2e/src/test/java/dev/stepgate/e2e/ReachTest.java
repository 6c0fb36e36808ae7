package dev.stepgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Catalog;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reach held against the server itself: for each statement, all that the server locked, wrote and
 * called is in its reach, and what the reach says that the statement names itself, the server has
 * locked.
 */
@EndToEnd
class ReachTest {

  private static final int STATEMENTS = 4000;

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void all_that_the_server_touches_is_in_the_reach(PostgresVersion version) throws Exception {
    long seed = new Random().nextLong();
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.of(version).with("track_functions = all").start()) {
      server.database("reach", "ci", password);
      String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/reach?preferQueryMode=simple";
      compare(url, password, version.major(), seed);
    }
  }

  static void compare(String url, String password, int version, long seed) throws Exception {
    List<String> misses = new ArrayList<>();
    int[] counts = new int[3];
    try (Connection connection = DriverManager.getConnection(url, "ci", password);
        Connection own = DriverManager.getConnection(url, "ci", password);
        Statements statements = new Statements(1)) {
      for (String sql : ReachSchema.STATEMENTS) {
        run(connection, sql);
      }
      for (String sql : version < 14 ? List.<String>of() : ReachSchema.ATOMIC) {
        run(connection, sql);
      }
      for (String sql : ReachSchema.SESSION) {
        run(connection, sql);
      }
      JdbcCatalog source = new JdbcCatalog(own);
      Catalog catalog = new Catalog(source, statements, Runnable::run, Clock.systemUTC());
      ServerTouches server = new ServerTouches(connection);
      connection.setAutoCommit(false);
      catalog.refreshed().join();
      ReachStatements random = new ReachStatements(seed);
      for (int i = 0; i < STATEMENTS; i++) {
        String path = random.path();
        String sql = random.next();
        ServerTouches.Touched touched = server.touched(path, List.of(), sql);
        if (touched == null) {
          continue;
        }
        counts[0]++;
        catalog.fresh().join();
        Surroundings now =
            new Surroundings(
                Arrays.stream(path.split(", ")).map(part -> part.replace("\"", "")).toList(),
                "ci",
                server.temporarySchema(),
                List.of());
        Reach reach = catalog.reach(facts(statements, sql), now);
        counts[1] += reach.known() ? 1 : 0;
        Set<String> missing = missing(reach, touched);
        if (!missing.isEmpty()) {
          misses.add(path + ": " + sql + "\n  missing " + missing + "\n  reach " + said(reach));
        }
        Set<String> extra = extra(reach, touched);
        if (!extra.isEmpty()) {
          misses.add(path + ": " + sql + "\n  names " + extra + "\n  server " + touched);
        }
      }
    }
    System.out.printf(
        "[INFO] %d seeded statements, %d run by server %d, reach known of %d, %d mismatches%n",
        STATEMENTS, counts[0], version, counts[1], misses.size());
    assertThat(misses).as("seed %d", seed).isEmpty();
    assertThat(counts[0]).as("seed %d", seed).isGreaterThan(2000);
    assertThat(counts[1]).as("seed %d", seed).isGreaterThan(counts[0] * 95 / 100);
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static List<String> said(Reach reach) {
    List<String> said = new ArrayList<>();
    for (Reach.Statement statement : reach.statements()) {
      statement
          .uses()
          .forEach(use -> said.add(use.effect().word() + " " + use.name() + " via " + use.via()));
      statement.unknown().forEach(unknown -> said.add(unknown.toString()));
      said.add(statement.functions().toString());
    }
    return said;
  }

  /** What the server touched and the reach does not have, be it in part unknown or not. */
  static Set<String> missing(Reach reach, ServerTouches.Touched touched) {
    Set<String> any = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    Set<String> made = new TreeSet<>();
    Set<String> functions = new TreeSet<>();
    for (Reach.Statement statement : reach.statements()) {
      for (Reach.Use use : statement.uses()) {
        String name = String.join(".", use.name());
        any.add(name);
        if (use.effect().group() != Effect.Group.READ) {
          written.add(name);
        }
        made.add(use.effect().word() + " " + name);
      }
      statement.functions().forEach(name -> functions.add(String.join(".", name)));
    }
    Set<String> missing = new TreeSet<>();
    touched.read().stream().filter(name -> !any.contains(name)).forEach(missing::add);
    touched.written().stream().filter(name -> !written.contains(name)).forEach(missing::add);
    // A materialized view that is refreshed gets its rows by an insert of the server's own.
    touched.changes().stream()
        .filter(name -> !made.contains(name))
        .filter(name -> !made.contains(name.replaceFirst("^insert", "maintain")))
        .forEach(missing::add);
    touched.functions().stream().filter(name -> !functions.contains(name)).forEach(missing::add);
    return missing;
  }

  /** What the statement is said to name itself, and the server did not lock. */
  private static Set<String> extra(Reach reach, ServerTouches.Touched touched) {
    Set<String> extra = new TreeSet<>();
    for (Reach.Statement statement : reach.statements()) {
      for (Reach.Use use : statement.uses()) {
        boolean relation = Set.of("table", "view", "materialized view").contains(use.kind());
        if (relation && use.via().isEmpty() && use.effect() != Effect.CREATE) {
          String name = String.join(".", use.name());
          if (!touched.read().contains(name)
              && !touched.written().contains(name)
              && !touched.bounds().contains(name)) {
            extra.add(use.effect().word() + " " + name);
          }
        }
      }
    }
    return extra;
  }

  static Facts facts(Statements statements, String sql) {
    Shape shape = new Shape();
    byte[] text = sql.getBytes(UTF_8);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = statements.known(shape, text.length, Lexing.USUAL);
    return known != null ? known : statements.read(shape, text.length, Lexing.USUAL).join();
  }
}
