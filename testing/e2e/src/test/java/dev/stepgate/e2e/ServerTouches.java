package dev.stepgate.e2e;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a server itself says that a statement touched: its locks and its counters. */
final class ServerTouches {

  private static final String LOCKS =
      "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'";

  private static final String COUNTERS =
      "SELECT 'insert ' || relid, n_tup_ins FROM pg_stat_xact_user_tables UNION ALL"
          + " SELECT 'update ' || relid, n_tup_upd FROM pg_stat_xact_user_tables UNION ALL"
          + " SELECT 'delete ' || relid, n_tup_del FROM pg_stat_xact_user_tables UNION ALL"
          + " SELECT 'call ' || schemaname || '.' || funcname, calls"
          + " FROM pg_stat_xact_user_functions";

  private static final String RELATIONS =
      "SELECT c.oid, CASE WHEN c.relpersistence = 't' THEN 'pg_temp' ELSE n.nspname END"
          + " || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname !~ '^pg_[ct]o?a'"
          + " AND n.nspname <> 'information_schema'";

  /** The server reads a partition's bounds with its parent locked, and no row of it. */
  private static final String PARENTS =
      "SELECT inhrelid, inhparent FROM pg_inherits JOIN pg_class p ON p.oid = inhparent"
          + " WHERE p.relkind = 'p'";

  /**
   * What was touched.
   *
   * @param read relations that are locked at all
   * @param written relations that are locked as if to be changed
   * @param changes kinds of change that were counted, each with its relation
   * @param functions that were called
   * @param bounds partitioned tables whose lock may be for a partition's bounds alone
   */
  record Touched(
      Set<String> read,
      Set<String> written,
      Set<String> changes,
      Set<String> functions,
      Set<String> bounds) {}

  private final Connection connection;
  private final Map<String, String> relations = new TreeMap<>();
  private final Map<String, String> parents = new TreeMap<>();
  private final String temporarySchema;

  ServerTouches(Connection connection) throws SQLException {
    this.connection = connection;
    load();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")) {
      rows.next();
      temporarySchema = rows.getString(1);
    }
  }

  private void load() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(RELATIONS)) {
      while (rows.next()) {
        relations.put(rows.getString(1), rows.getString(2));
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(PARENTS)) {
      while (rows.next()) {
        parents.put(relations.get(rows.getString(1)), relations.get(rows.getString(2)));
      }
    }
  }

  String temporarySchema() {
    return temporarySchema;
  }

  /**
   * What {@code sql} touches after {@code earlier}, all undone after; null if the server does not
   * run it.
   */
  Touched touched(String path, List<String> earlier, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL search_path = " + path);
      for (String one : earlier) {
        statement.execute(one);
      }
      if (!earlier.isEmpty()) {
        load();
      }
      Map<String, Long> before = counters(statement);
      Set<String> held = held(statement);
      statement.execute(sql);
      Touched touched =
          new Touched(
              new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
      counters(statement)
          .forEach(
              (what, count) -> {
                if (count > before.getOrDefault(what, 0L)) {
                  counted(what, touched);
                }
              });
      locks(statement, held, touched);
      return touched;
    } catch (SQLException e) {
      return null;
    } finally {
      connection.rollback();
    }
  }

  private void counted(String what, Touched touched) {
    String[] words = what.split(" ", 2);
    if (words[0].equals("call")) {
      touched.functions().add(words[1]);
    } else if (relations.containsKey(words[1])) {
      touched.changes().add(words[0] + " " + relations.get(words[1]));
    }
  }

  private static Set<String> held(Statement statement) throws SQLException {
    Set<String> held = new TreeSet<>();
    try (ResultSet rows = statement.executeQuery(LOCKS)) {
      while (rows.next()) {
        held.add(rows.getString(1) + " " + rows.getString(2));
      }
    }
    return held;
  }

  private void locks(Statement statement, Set<String> held, Touched touched) throws SQLException {
    Set<String> shared = new TreeSet<>();
    try (ResultSet rows = statement.executeQuery(LOCKS)) {
      while (rows.next()) {
        String name = relations.get(rows.getString(1));
        if (name == null || held.contains(rows.getString(1) + " " + rows.getString(2))) {
          continue;
        }
        switch (rows.getString(2)) {
          case "AccessShareLock" -> shared.add(name);
          case "RowShareLock" -> touched.read().add(name);
          default -> touched.written().add(name);
        }
      }
    }
    touched.written().forEach(name -> touched.bounds().add(parents.getOrDefault(name, "")));
    shared.stream().filter(name -> !touched.bounds().contains(name)).forEach(touched.read()::add);
  }

  private static Map<String, Long> counters(Statement statement) throws SQLException {
    Map<String, Long> counters = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(COUNTERS)) {
      while (rows.next()) {
        counters.put(rows.getString(1), rows.getLong(2));
      }
    }
    return counters;
  }
}
