package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Catalog;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Statements after changes of the same transaction, which no snapshot shows: told rightly, or
 * unknown.
 */
@EndToEnd
class ReachInTransactionTest {

  /** Each one's last statement is looked at; told ones must be known. */
  private record Script(boolean told, List<String> statements) {
    Script(boolean told, String... statements) {
      this(told, List.of(statements));
    }
  }

  private static final List<Script> SCRIPTS =
      List.of(
          // What migrations do.
          new Script(
              true,
              "CREATE TABLE app.added (id serial PRIMARY KEY, n int DEFAULT app.wipes())",
              "INSERT INTO app.added (id) VALUES (1)"),
          new Script(
              true,
              "CREATE TABLE added (id int REFERENCES app.orders ON DELETE CASCADE)",
              "CREATE INDEX ON added (id)",
              "INSERT INTO added VALUES (1)"),
          new Script(
              true,
              "CREATE TABLE app.added AS SELECT * FROM app.hidden",
              "COMMENT ON TABLE app.added IS 'x'",
              "UPDATE app.added SET v = 'y'"),
          new Script(
              true,
              "ALTER TABLE app.hidden ADD COLUMN more int DEFAULT 3",
              "UPDATE app.hidden SET more = 4"),
          new Script(
              true,
              "ALTER TABLE app.hidden ADD COLUMN more int CHECK (app.looks(more))",
              "INSERT INTO app.hidden VALUES (9, 'x', 9)"),
          new Script(true, "CREATE TABLE app.added (id int)", "DELETE FROM app.orders"),
          new Script(true, "DROP TABLE app.scratch CASCADE", "INSERT INTO app.self VALUES (9)"),
          new Script(true, "CREATE TEMP TABLE added (id int)", "INSERT INTO added VALUES (1)"),
          new Script(true, "CREATE SEQUENCE app.added", "SELECT nextval('app.added')"),
          // What hides behind a change.
          new Script(
              false,
              "CREATE TABLE app.added (id int REFERENCES app.orders ON DELETE CASCADE)",
              "INSERT INTO app.added VALUES (1)",
              "DELETE FROM app.orders"),
          new Script(
              false,
              "CREATE TRIGGER more AFTER INSERT ON app.scratch EXECUTE FUNCTION app.audited()",
              "INSERT INTO app.scratch VALUES (1)"),
          new Script(
              false,
              "CREATE RULE more AS ON INSERT TO app.scratch DO ALSO DELETE FROM app.hidden",
              "INSERT INTO app.scratch VALUES (1)"),
          new Script(
              false, "CREATE VIEW app.added AS SELECT * FROM app.hidden", "SELECT * FROM added"),
          new Script(false, "ALTER TABLE app.hidden RENAME TO renamed", "DELETE FROM renamed"),
          new Script(false, "ALTER TABLE alt.scratch SET SCHEMA public", "DELETE FROM scratch"),
          new Script(false, "CREATE TEMP TABLE scratch (id int, v text)", "DELETE FROM scratch"),
          new Script(
              false,
              "CREATE TABLE app.added (more int) INHERITS (app.derived)",
              "UPDATE app.base SET v = 'x'"),
          new Script(
              false,
              "CREATE TABLE app.added PARTITION OF app.events FOR VALUES FROM (200) TO (300)",
              "INSERT INTO app.events VALUES (250, 'x')"),
          new Script(
              false,
              "CREATE OR REPLACE FUNCTION app.reads() RETURNS bigint LANGUAGE sql AS"
                  + " 'DELETE FROM app.hidden; SELECT 1::bigint'",
              "SELECT * FROM app.v3"),
          new Script(
              false,
              "CREATE FUNCTION app.looks(i bigint) RETURNS boolean LANGUAGE sql AS"
                  + " 'DELETE FROM app.hidden; SELECT true'",
              "SELECT app.looks(1::bigint)"),
          new Script(
              false,
              "CREATE FUNCTION app.v(r app.orders) RETURNS text LANGUAGE sql AS"
                  + " 'DELETE FROM app.hidden; SELECT NULL::text'",
              "CREATE FUNCTION app.sly(r app.self) RETURNS text LANGUAGE sql AS"
                  + " 'DELETE FROM app.hidden; SELECT NULL::text'",
              "SELECT s.sly FROM app.self s"),
          new Script(
              false,
              "DO $$BEGIN EXECUTE 'ALTER TABLE app.hidden RENAME TO renamed'; END$$",
              "SELECT count(*) FROM app.self"));

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void what_follows_a_change_is_told_rightly_or_unknown(PostgresVersion version) throws Exception {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.of(version).with("track_functions = all").start()) {
      server.database("reach", "ci", password);
      compare(
          "jdbc:postgresql://127.0.0.1:" + server.port() + "/reach?preferQueryMode=simple",
          password);
    }
  }

  static void compare(String url, String password) throws Exception {
    List<String> wrong = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "ci", password);
        Connection own = DriverManager.getConnection(url, "ci", password);
        Statements statements = new Statements(1)) {
      for (String sql : ReachSchema.STATEMENTS) {
        ReachTest.run(connection, sql);
      }
      ReachTest.run(connection, "CREATE TEMP TABLE mine (id int, v text)");
      Catalog catalog =
          new Catalog(new JdbcCatalog(own), statements, Runnable::run, Clock.systemUTC());
      ServerTouches server = new ServerTouches(connection);
      connection.setAutoCommit(false);
      catalog.refreshed().join();
      for (Script script : SCRIPTS) {
        List<String> earlier = new ArrayList<>(script.statements());
        String sql = earlier.remove(earlier.size() - 1);
        ServerTouches.Touched touched = server.touched("app, public", earlier, sql);
        assertThat(touched).as(sql).isNotNull();
        List<Facts.Statement> changes = new ArrayList<>();
        for (String one : earlier) {
          changes.addAll(ReachTest.facts(statements, one).statements());
        }
        changes.removeIf(change -> change.kind().equals("insert"));
        Surroundings now =
            new Surroundings(List.of("app", "public"), "ci", server.temporarySchema(), changes);
        catalog.fresh().join();
        Reach reach = catalog.reach(ReachTest.facts(statements, sql), now);
        Set<String> missing = ReachTest.missing(reach, touched);
        if (reach.known() != script.told() || (reach.known() && !missing.isEmpty())) {
          wrong.add(
              String.join("; ", script.statements())
                  + "\n  missing "
                  + missing
                  + "\n  reach "
                  + ReachTest.said(reach));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
