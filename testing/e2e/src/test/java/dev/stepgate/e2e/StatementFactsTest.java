package dev.stepgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Facts held against the server itself: for each statement, the relations that PostgreSQL locked to
 * run it, and how, are those that the facts name, no more and no fewer.
 */
@EndToEnd
class StatementFactsTest {

  private static final int STATEMENTS = 4000;

  private static final String LOCKS =
      "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'";

  private static final String RELATIONS =
      "SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
          + " ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('public', 'app')";

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void what_the_server_locks_is_what_the_facts_name(PostgresVersion version) throws SQLException {
    long seed = new Random().nextLong();
    String password = Machine.secret();
    List<String> mismatches = new ArrayList<>();
    int ran = 0;
    try (PostgresServer server = PostgresServer.of(version).start();
        Statements statements = new Statements(1)) {
      server.database("facts", "ci", password);
      String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/facts?preferQueryMode=simple";
      try (Connection connection = DriverManager.getConnection(url, "ci", password)) {
        Map<Long, String> tables = tables(connection);
        connection.setAutoCommit(false);
        RandomStatements random = new RandomStatements(seed);
        for (int i = 0; i < STATEMENTS; i++) {
          String sql = random.next();
          Map<String, Set<String>> locked = locked(connection, tables, sql);
          if (locked != null) {
            ran++;
            Map<String, Set<String>> named = named(facts(statements, sql));
            if (sql.contains("RETURNING") || sql.contains(" FOR ")) {
              // Facts say that it shows rows of what the server has locked as more already.
              List.of(named, locked).forEach(StatementFactsTest::withoutReadsOfTargets);
            }
            if (!named.equals(locked)) {
              mismatches.add(sql + "\n  server: " + locked + "\n  facts:  " + named);
            }
          }
        }
      }
    }
    System.out.printf(
        "[INFO] %d seeded statements, %d run by server %d, %d not as the facts say%n",
        STATEMENTS, ran, version.major(), mismatches.size());
    assertThat(mismatches).as("seed %d", seed).isEmpty();
    assertThat(ran).as("seed %d", seed).isGreaterThan(2000);
  }

  /** Makes the tables, and says their names by their oids. */
  private static Map<Long, String> tables(Connection connection) throws SQLException {
    Map<Long, String> tables = new TreeMap<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA app");
      for (String table : RandomStatements.TABLES) {
        statement.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, k int, v text)");
      }
      try (ResultSet rows = statement.executeQuery(RELATIONS)) {
        while (rows.next()) {
          tables.put(rows.getLong(1), rows.getString(2) + "." + rows.getString(3));
        }
      }
    }
    return tables;
  }

  /** The modes of the server's locks by relation, or null if it does not run the statement. */
  private static Map<String, Set<String>> locked(
      Connection connection, Map<Long, String> tables, String sql) throws SQLException {
    Map<String, Set<String>> locked = new TreeMap<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      try (ResultSet rows = statement.executeQuery(LOCKS)) {
        while (rows.next()) {
          String table = tables.get(rows.getLong(1));
          // TRUNCATE and DROP take this one too, for what is theirs alone.
          if (table != null && !rows.getString(2).equals("ShareLock")) {
            locked.computeIfAbsent(table, k -> new TreeSet<>()).add(rows.getString(2));
          }
        }
      }
      return locked;
    } catch (SQLException e) {
      return null;
    } finally {
      connection.rollback();
    }
  }

  /** The modes in which PostgreSQL's manual says that these effects lock. */
  private static Map<String, Set<String>> named(Facts facts) {
    Map<String, Set<String>> named = new TreeMap<>();
    for (Facts.Statement statement : facts.statements()) {
      assertThat(statement.gaps()).isEmpty();
      for (Use use : statement.uses()) {
        boolean old = !use.name().equals(List.of("made"));
        if (old && (use.kind().equals("relation") || use.kind().equals("table"))) {
          List<String> name = use.name();
          named
              .computeIfAbsent(
                  name.size() == 1 ? "public." + name.get(0) : String.join(".", name),
                  k -> new TreeSet<>())
              .add(mode(use));
        }
      }
    }
    return named;
  }

  private static void withoutReadsOfTargets(Map<String, Set<String>> modes) {
    modes.values().stream()
        .filter(of -> of.contains("RowExclusiveLock") || of.contains("RowShareLock"))
        .forEach(of -> of.remove("AccessShareLock"));
  }

  private static String mode(Use use) {
    return switch (use.effect()) {
      case SELECT, EXPLAIN -> "AccessShareLock";
      case LOCK_ROWS -> "RowShareLock";
      case INSERT, UPDATE, DELETE, MERGE -> "RowExclusiveLock";
      default -> "AccessExclusiveLock";
    };
  }

  private static Facts facts(Statements statements, String sql) {
    Shape shape = new Shape();
    byte[] text = sql.getBytes(UTF_8);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = statements.known(shape, text.length, Lexing.USUAL);
    return known != null ? known : statements.read(shape, text.length, Lexing.USUAL).join();
  }
}
