package dev.stepgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.ColumnUse;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The columns that facts name held against the server's own checks: a role that has the privileges
 * for just these columns may run the statement, so none that it needs is missing.
 */
@EndToEnd
class ColumnFactsTest {

  private static final int STATEMENTS = 4000;
  private static final Map<Effect, String> WRITES =
      Map.of(Effect.INSERT, "INSERT", Effect.UPDATE, "UPDATE");

  @Test
  void privileges_for_the_columns_named_are_enough() throws SQLException {
    long seed = new Random().nextLong();
    String password = Machine.secret();
    List<String> denied = new ArrayList<>();
    int ran = 0;
    try (PostgresServer server = PostgresServer.start();
        Statements statements = new Statements(1)) {
      server.database("facts", "ci", password);
      server.sql("facts", "CREATE ROLE reader; GRANT reader TO ci");
      String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/facts?preferQueryMode=simple";
      try (Connection connection = DriverManager.getConnection(url, "ci", password)) {
        tables(connection);
        connection.setAutoCommit(false);
        RandomStatements random = new RandomStatements(seed);
        for (int i = 0; i < STATEMENTS; i++) {
          String sql = random.query();
          if (run(connection, List.of(), sql) == null) {
            List<String> grants = grants(facts(statements, sql));
            String error = run(connection, grants, sql);
            ran++;
            if (error != null) {
              denied.add(sql + "\n  " + error + "\n  " + grants);
            }
          }
        }
      }
    }
    System.out.printf(
        "[INFO] %d statements run with the columns that facts name, %d denied%n",
        ran, denied.size());
    assertThat(denied).as("seed %d", seed).isEmpty();
    assertThat(ran).as("seed %d", seed).isGreaterThan(2000);
  }

  private static void tables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO reader");
      for (String table : RandomStatements.TABLES) {
        statement.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, k int, v text)");
      }
    }
  }

  /** What the server says against the statement, for the owner or after the grants; or null. */
  private static String run(Connection connection, List<String> grants, String sql)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String grant : grants) {
        statement.execute(grant);
      }
      if (!grants.isEmpty()) {
        statement.execute("SET LOCAL ROLE reader");
      }
      statement.execute(sql);
      return null;
    } catch (SQLException e) {
      return e.getMessage();
    } finally {
      connection.rollback();
    }
  }

  private static List<String> grants(Facts facts) {
    Map<String, Set<String>> privileges = new TreeMap<>();
    Set<String> read = new TreeSet<>();
    for (Facts.Statement statement : facts.statements()) {
      for (Use use : statement.uses()) {
        if (!use.name().isEmpty()) {
          Set<String> of = privileges.computeIfAbsent(quoted(use.name()), k -> new TreeSet<>());
          if (use.effect() == Effect.DELETE) {
            of.add("DELETE");
          }
          if (use.effect() == Effect.SELECT) {
            read.add(quoted(use.name()));
          }
        }
      }
      for (ColumnUse column : statement.columns()) {
        column.relations().forEach(relation -> grant(statement, column, relation, privileges));
      }
    }
    List<String> grants = new ArrayList<>();
    privileges.forEach(
        (table, of) -> {
          // What is read without a column of its own still has to be one that may be seen at all.
          if (read.contains(table) && of.stream().noneMatch(one -> one.startsWith("SELECT"))) {
            of.add("SELECT (id)");
          }
          if (!of.isEmpty()) {
            grants.add("GRANT " + String.join(", ", of) + " ON " + table + " TO reader");
          }
        });
    return grants;
  }

  private static void grant(
      Facts.Statement statement,
      ColumnUse column,
      List<String> relation,
      Map<String, Set<String>> privileges) {
    String name = column.column();
    if (!name.equals("*") && !Set.of("id", "k", "v").contains(name)) {
      return;
    }
    String what = name.equals("*") ? "" : " (" + name + ")";
    Set<String> of = privileges.computeIfAbsent(quoted(relation), k -> new TreeSet<>());
    if (column.part() == Part.WRITTEN) {
      statement.uses().stream()
          .filter(use -> use.name().equals(relation) && WRITES.containsKey(use.effect()))
          .forEach(use -> of.add(WRITES.get(use.effect()) + what));
    } else {
      of.add("SELECT" + what);
    }
  }

  private static String quoted(List<String> name) {
    return "\"" + String.join("\".\"", name) + "\"";
  }

  private static Facts facts(Statements statements, String sql) {
    Shape shape = new Shape();
    byte[] text = sql.getBytes(UTF_8);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = statements.known(shape, text.length, Lexing.USUAL);
    return known != null ? known : statements.read(shape, text.length, Lexing.USUAL).join();
  }
}
