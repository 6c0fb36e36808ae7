package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What Java programs do with pgjdbc, binary transfer forced from the first execution on. */
abstract class JdbcSuite {

  /** A JDBC URL with user and password. */
  abstract String url();

  private Connection connect() throws SQLException {
    return connect(new Properties());
  }

  private Connection connect(Properties more) throws SQLException {
    more.putIfAbsent("prepareThreshold", "-1"); // binary and named at once
    more.putIfAbsent("binaryTransfer", "true");
    return DriverManager.getConnection(url(), more);
  }

  @Test
  void parameters_and_results_travel_in_binary() throws SQLException {
    byte[] bytes = new byte[100_000];
    bytes[7] = -1;
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement("SELECT ?::int8, ?::bytea, ?::timestamptz, ?::numeric")) {
      for (int n = 0; n < 20; n++) {
        statement.setLong(1, n);
        statement.setBytes(2, bytes);
        statement.setObject(3, OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"));
        statement.setBigDecimal(4, new BigDecimal("12345678901234567890.5"));
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).isTrue();
          assertThat(row.getLong(1)).isEqualTo(n);
          assertThat(row.getBytes(2)).isEqualTo(bytes);
          assertThat(row.getObject(3, OffsetDateTime.class).toInstant())
              .isEqualTo("2026-01-02T03:04:05.678901Z");
          assertThat(row.getBigDecimal(4)).isEqualByComparingTo("12345678901234567890.5");
        }
      }
    }
  }

  @Test
  void a_large_result_comes_through_a_portal_in_steps() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(100);
      long sum = 0;
      try (ResultSet rows = statement.executeQuery("SELECT g FROM generate_series(1, 10050) g")) {
        while (rows.next()) {
          sum += rows.getInt(1);
        }
      }
      connection.commit();
      assertThat(sum).isEqualTo(10050L * 10051 / 2);
    }
  }

  @Test
  void a_batch_is_one_pipeline_and_fails_as_one() throws SQLException {
    try (Connection connection = connect();
        Statement setup = connection.createStatement()) {
      setup.execute("CREATE TEMP TABLE batched (n int PRIMARY KEY)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO batched VALUES (?)")) {
        for (int n = 0; n < 1000; n++) {
          insert.setInt(1, n);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(1000);
        connection.commit();
        insert.setInt(1, 5);
        insert.addBatch();
        assertThatThrownBy(insert::executeBatch).hasMessageContaining("duplicate key");
        connection.rollback();
      }
      try (ResultSet count = setup.executeQuery("SELECT count(*) FROM batched")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getInt(1)).isEqualTo(1000);
      }
    }
  }

  @Test
  void copy_manager_carries_both_ways() throws Exception {
    String rows = "1\tone\n2\ttwo\n".repeat(10_000);
    try (Connection connection = connect();
        Statement setup = connection.createStatement()) {
      setup.execute("CREATE TEMP TABLE copied (n int, words text)");
      PGConnection postgres = connection.unwrap(PGConnection.class);
      byte[] in = rows.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();

      long copied =
          postgres.getCopyAPI().copyIn("COPY copied FROM STDIN", new ByteArrayInputStream(in));
      postgres.getCopyAPI().copyOut("COPY copied TO STDOUT", out);

      assertThat(copied).isEqualTo(20_000);
      assertThat(out.toByteArray()).isEqualTo(in);
    }
  }

  @Test
  void a_query_timeout_cancels_at_the_server() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);

      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));

      statement.setQueryTimeout(0);
      assertThat(statement.execute("SELECT 1")).isTrue();
    }
  }

  @Test
  void notifications_arrive_between_statements() throws SQLException {
    try (Connection listener = connect();
        Connection speaker = connect();
        Statement listen = listener.createStatement();
        Statement speak = speaker.createStatement()) {
      listen.execute("LISTEN jdbc");
      speak.execute("NOTIFY jdbc, 'coffee'");

      PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(10_000);

      assertThat(heard).hasSize(1);
      assertThat(heard[0].getParameter()).isEqualTo("coffee");
    }
  }

  @Test
  void a_savepoint_takes_back_only_what_came_after_it() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TEMP TABLE saved (n int)");
      statement.execute("INSERT INTO saved VALUES (1)");
      Savepoint point = connection.setSavepoint();
      assertThatThrownBy(() -> statement.execute("INSERT INTO saved VALUES ('x')"))
          .isInstanceOf(SQLException.class);
      connection.rollback(point);
      try (ResultSet count = statement.executeQuery("SELECT count(*) FROM saved")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getInt(1)).isEqualTo(1);
      }
      connection.commit();
    }
  }

  @Test
  void a_wrong_password_has_the_servers_own_code() {
    Properties wrong = new Properties();
    wrong.put("password", "not this one");

    assertThatThrownBy(() -> DriverManager.getConnection(withoutPassword(url()), wrong).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  private static String withoutPassword(String url) {
    return url.replaceAll("password=[^&]*&?", "");
  }
}
