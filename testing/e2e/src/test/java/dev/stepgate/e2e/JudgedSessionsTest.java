package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions with rules, on a real server: what a rule forbids does not happen however it is written,
 * the transaction that it stood in does not happen either, and what is allowed passes.
 */
@EndToEnd
class JudgedSessionsTest {

  private static PostgresServer server;
  private static Gateway gateway;
  private static HeldStep step;

  @TempDir Path scratch;

  @BeforeAll
  static void start() {
    String password = Machine.secret();
    server = PostgresServer.of(PostgresVersion.V15).with("log_statement = all").start();
    server.database("orders", "ci", password);
    server.sql(
        "orders",
        """
        SET ROLE ci;
        CREATE SCHEMA app;
        CREATE TABLE app.orders (id int PRIMARY KEY, note text);
        CREATE TABLE app.kept (id int);
        CREATE FUNCTION app.wipe() RETURNS void LANGUAGE plpgsql AS $$
          BEGIN DELETE FROM app.kept; END $$;
        CREATE FUNCTION app.any(sql text) RETURNS void LANGUAGE plpgsql AS $$
          BEGIN EXECUTE sql; END $$;
        CREATE FUNCTION app.count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app.kept';
        INSERT INTO app.kept VALUES (1), (2);
        """);
    gateway =
        Gateway.before(server, "orders", "ci", password)
            .connection("default: deny")
            .connection("rules:")
            .connection(
                "  - { name: no-drops, effects: [drop, truncate], deny: \"Ask the DBAs.\" }")
            .connection("  - { name: kept, effects: [delete], relations: [app.kept], deny: Kept. }")
            .connection("  - { name: work, effects: [read, write, ddl], allow: true }");
    step = gateway.hold();
  }

  @AfterAll
  static void the_evidence_is_verified() {
    try {
      assertThat(step.seal().exit()).isZero();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    } finally {
      step.close();
      gateway.close();
      server.close();
    }
  }

  private Ran psql(String script, String... options) throws IOException {
    Path file = Files.writeString(scratch.resolve("script.sql"), script);
    Program psql =
        step.client(
            "psql", "-XAtq", "-f", file.toString(), options.length == 0 ? "-q" : options[0]);
    return psql.run();
  }

  private static Connection jdbc() throws SQLException {
    return DriverManager.getConnection(step.variable("JDBC_DATABASE_URL"));
  }

  @Test
  void psql_that_goes_on_after_a_refusal_commits_nothing_of_the_transaction() throws IOException {
    Ran ran =
        psql(
            """
            BEGIN;
            INSERT INTO app.orders VALUES (101);
            DROP TABLE app.orders;
            INSERT INTO app.orders VALUES (102);
            COMMIT;
            SELECT 'still here';
            """);

    assertThat(ran.err())
        .contains("refused by rule \"no-drops\": Ask the DBAs. [sg-")
        .contains("current transaction is aborted");
    assertThat(ran.out()).contains("still here");
    assertThat(server.sql("orders", "SELECT count(*) FROM app.orders WHERE id IN (101, 102)"))
        .isEqualTo("0");
    assertThat(server.log()).doesNotContain("DROP TABLE app.orders");
  }

  @Test
  void psql_that_stops_at_a_refusal_commits_nothing_either() throws IOException {
    Ran ran =
        psql(
            "BEGIN;\nINSERT INTO app.orders VALUES (111);\nDROP TABLE app.orders;\nCOMMIT;\n",
            "-vON_ERROR_STOP=1");

    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.err()).contains("script.sql:3: ERROR:  refused by rule \"no-drops\"");
    assertThat(server.sql("orders", "SELECT count(*) FROM app.orders WHERE id = 111"))
        .isEqualTo("0");
  }

  @Test
  void of_several_statements_in_one_message_none_runs() throws IOException {
    Ran ran =
        step.client("psql", "-XAtqc", "INSERT INTO app.orders VALUES (121); DROP TABLE app.orders")
            .run();

    assertThat(ran.err()).contains("no-drops");
    assertThat(server.sql("orders", "SELECT count(*) FROM app.orders WHERE id = 121"))
        .isEqualTo("0");
    assertThat(server.log()).doesNotContain("(121)");
  }

  @Test
  void jdbc_is_told_at_the_statement_and_its_transaction_rolls_back() throws SQLException {
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("INSERT INTO app.orders VALUES (131)");

      assertThatThrownBy(() -> statement.executeUpdate("DROP TABLE app.orders"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("42501");
                assertThat(e.getMessage()).contains("[sg-");
              });
      connection.rollback();
      statement.executeUpdate("INSERT INTO app.orders VALUES (132)");
      connection.commit();
    }
    assertThat(server.sql("orders", "SELECT id FROM app.orders WHERE id IN (131, 132)"))
        .isEqualTo("132");
  }

  @Test
  void jdbc_batches_and_server_side_statements_pass() throws SQLException {
    try (Connection connection = jdbc();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO app.orders VALUES (?, ?)")) {
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 20; i++) {
          insert.setInt(1, 1000 + 20 * round + i);
          insert.setString(2, "note");
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(20);
      }
      connection.getMetaData().getTables(null, "app", "%", null).close();
      connection.getMetaData().getPrimaryKeys(null, "app", "orders").close();
    }
    assertThat(server.sql("orders", "SELECT count(*) FROM app.orders WHERE id >= 1000"))
        .isEqualTo("200");
  }

  @TestFactory
  List<DynamicTest> what_is_forbidden_is_refused_however_it_is_asked_for() {
    return List.of(
        refused("a prepared statement", "PREPARE d AS DELETE FROM app.kept; EXECUTE d;"),
        refused(
            "a name prepared twice",
            "PREPARE d AS SELECT 1; DEALLOCATE d; PREPARE d AS DELETE FROM app.kept;\nEXECUTE d;"),
        refused("the path", "SET search_path = app;\nDELETE FROM kept;"),
        refused("the path in one message", "SET search_path = app\\; DELETE FROM kept;"),
        refused(
            "the path by a function",
            "SELECT set_config('search_path', 'app', false);\nDELETE FROM kept;"),
        refused(
            "a path that is rolled back",
            "SET search_path = app; BEGIN; SET LOCAL search_path = public; ROLLBACK;\nDELETE FROM kept;"),
        refused("a function", "SELECT app.wipe();"),
        refused("text made at run time", "SELECT app.any('DELETE FROM app.kept');"),
        refused("a block", "DO $$ BEGIN DELETE FROM app.kept; END $$;"),
        refused(
            "a block with made text", "DO $$ BEGIN EXECUTE 'DELETE ' || 'FROM app.kept'; END $$;"),
        refused("a CTE", "WITH d AS (DELETE FROM app.kept RETURNING *) SELECT count(*) FROM d;"),
        refused("EXPLAIN ANALYZE", "EXPLAIN ANALYZE DELETE FROM app.kept;"),
        refused("comments and case", "/* SELECT */ dElEtE /* x */ FrOm app . \"kept\";"),
        refused("unicode names", "DELETE FROM app.U&\"k\\0065pt\";"),
        refused(
            "backslashes",
            "SET standard_conforming_strings = off;\nSELECT '\\''; DELETE FROM app.kept; --';"),
        refused("a view", "CREATE VIEW app.v AS SELECT * FROM app.kept;\nDELETE FROM app.v;"),
        refused(
            "a function of this transaction",
            "BEGIN;\nCREATE FUNCTION app.w() RETURNS void LANGUAGE sql AS 'DELETE FROM app.kept';\nSELECT app.w();\nCOMMIT;"),
        refused(
            "a rule",
            "CREATE TABLE app.ruled (id int); CREATE RULE r AS ON INSERT TO app.ruled DO ALSO DELETE FROM app.kept;\nINSERT INTO app.ruled VALUES (1);"),
        refused(
            "a trigger",
            "CREATE TABLE app.t (id int); CREATE FUNCTION app.tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM app.kept; RETURN NEW; END $$; CREATE TRIGGER tr BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tr();\nINSERT INTO app.t VALUES (1);"));
  }

  private DynamicTest refused(String name, String script) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Ran ran = psql(script + "\n");
          assertThat(ran.err()).contains("refused");
          assertThat(server.sql("orders", "SELECT count(*) FROM app.kept")).isEqualTo("2");
        });
  }

  @TestFactory
  List<DynamicTest> what_is_allowed_passes() {
    return List.of(
        passes("plain", "INSERT INTO app.orders VALUES (201); SELECT count(*) FROM app.kept;"),
        passes(
            "a prepared statement",
            "PREPARE q(int) AS SELECT * FROM app.orders WHERE id = $1;\nEXECUTE q(1); DEALLOCATE q;"),
        passes(
            "a cursor",
            "BEGIN; DECLARE c CURSOR FOR SELECT * FROM app.kept;\nFETCH 1 FROM c; FETCH ALL FROM c; CLOSE c; COMMIT;"),
        passes(
            "a path",
            "SET search_path = app, public;\nSELECT count(*) FROM kept; RESET search_path;"),
        passes("a function", "SELECT app.count();"),
        passes(
            "a migration in one transaction",
            "BEGIN; CREATE TABLE app.m (id int); INSERT INTO app.m VALUES (1); ALTER TABLE app.m ADD note text; UPDATE app.m SET note = 'x' WHERE id = 1; COMMIT; SELECT * FROM app.m;"),
        passes(
            "a temporary table",
            "CREATE TEMP TABLE tmp (id int); INSERT INTO tmp VALUES (1); SELECT * FROM tmp;"),
        passes("copy", "COPY app.orders (id) FROM stdin;\n301\n302\n\\.\nCOPY app.kept TO stdout;"),
        passes("describing", "\\d app.orders\n\\dt app.*\n\\df app.*\n\\dn\n\\l\n\\du\n\\d"));
  }

  private DynamicTest passes(String name, String script) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Ran ran = psql(script + "\n", "-vON_ERROR_STOP=1");
          assertThat(ran.err()).doesNotContain("refused");
          assertThat(ran.exit()).as(ran.err()).isZero();
        });
  }
}
