package dev.stepgate.e2e;

import dev.stepgate.protocol.postgres.catalog.CatalogSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A catalog read over a driver's connection, so that only what is read is under test. */
record JdbcCatalog(Connection connection) implements CatalogSource {

  @Override
  public CompletableFuture<List<List<String[]>>> read(List<String> queries) {
    List<List<String[]>> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      statement.execute("SET LOCAL search_path = ''");
      for (String query : queries) {
        answers.add(rows(statement, query));
      }
      statement.execute("COMMIT");
      return CompletableFuture.completedFuture(answers);
    } catch (SQLException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static List<String[]> rows(Statement statement, String query) throws SQLException {
    List<String[]> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        String[] row = new String[columns];
        for (int i = 0; i < columns; i++) {
          row[i] = result.getString(i + 1);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
