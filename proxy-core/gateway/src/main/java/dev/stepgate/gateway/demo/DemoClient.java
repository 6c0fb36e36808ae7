package dev.stepgate.gateway.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The demo's step where the machine has no psql: runs each argument as a statement at {@code
 * JDBC_DATABASE_URL} and prints what comes back. A program of its own; knows nothing of Stepgate.
 */
public final class DemoClient {

  private DemoClient() {}

  /** Runs the statements; ends with 1 if one could not be run, after running the rest. */
  public static void main(String[] statements) throws SQLException {
    int code = 0;
    try (Connection connection = DriverManager.getConnection(System.getenv("JDBC_DATABASE_URL"));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        try {
          print(statement, sql);
        } catch (SQLException e) {
          System.out.println(e.getMessage());
          code = 1;
        }
      }
    }
    System.out.flush();
    System.exit(code);
  }

  private static void print(Statement statement, String sql) throws SQLException {
    boolean rowsCome = statement.execute(sql);
    for (SQLWarning word = statement.getWarnings(); word != null; word = word.getNextWarning()) {
      System.out.println("NOTICE:  " + word.getMessage());
    }
    if (!rowsCome) {
      String what = sql.substring(0, sql.indexOf(' ')).toUpperCase(Locale.ROOT);
      System.out.println(what + " " + statement.getUpdateCount());
      return;
    }
    try (ResultSet rows = statement.getResultSet()) {
      while (rows.next()) {
        StringJoiner line = new StringJoiner(" | ", " ", "");
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          line.add(String.valueOf(rows.getString(column)));
        }
        System.out.println(line);
      }
    }
  }
}
