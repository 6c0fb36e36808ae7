package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people's clients do, on whatever the PG variables of {@link #variables} lead to. Run on a
 * server directly it tests the suite; run through the gateway it tests the gateway.
 */
abstract class ClientSuite {

  @TempDir Path scratch;

  /** How a client finds the database. */
  abstract Map<String, String> variables();

  Program client(String... command) {
    return Program.of(command).with(variables()).in(scratch);
  }

  Ran psql(String script) throws IOException {
    Path file = Files.writeString(scratch.resolve("script.sql"), script);
    return client("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", file.toString()).run();
  }

  @Test
  void psql_runs_a_script_with_variables_and_meta_commands() throws IOException {
    Ran ran =
        psql(
            """
            \\set n 41
            SELECT :n + 1;
            SELECT 'a' AS x \\gset
            \\echo :x
            SELECT 1 \\; SELECT 2;
            \\d pg_am
            SELECT 'last';
            """);

    assertThat(ran.ok().out()).startsWith("42\na\n1\n2\n").contains("amname").endsWith("last\n");
  }

  @Test
  void psql_stops_at_an_error_and_names_its_line() throws IOException {
    Ran ran = psql("SELECT 1;\nSELECT * FROM missing_here;\nSELECT 2;\n");

    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.out()).isEqualTo("1\n");
    assertThat(ran.err())
        .contains("script.sql:2: ERROR:  relation \"missing_here\" does not exist");
  }

  @Test
  void psql_copies_in_and_out_what_it_was_given() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int n = 0; n < 100_000; n++) {
      rows.append(n).append("\tline ").append(n).append('\n');
    }
    Path in = Files.writeString(scratch.resolve("in"), rows);

    psql("""
            CREATE TEMP TABLE copied (n int, words text);
            \\copy copied from 'in'
            \\copy copied to 'out'
            \\copy (SELECT count(*) FROM copied) to 'count'
            """)
        .ok();

    assertThat(scratch.resolve("out")).hasSameBinaryContentAs(in);
    assertThat(scratch.resolve("count")).hasContent("100000");
  }

  @Test
  void psql_copy_of_bad_data_fails_and_leaves_the_session_usable() throws IOException {
    Files.writeString(scratch.resolve("bad"), "1\nnot a number\n3\n");
    Path file =
        Files.writeString(
            scratch.resolve("s.sql"),
            "CREATE TEMP TABLE c (n int);\n\\copy c from 'bad'\nSELECT count(*) FROM c;\n");

    Ran ran = client("psql", "-XAtq", "-f", file.toString()).run();

    assertThat(ran.err()).contains("invalid input syntax for type integer: \"not a number\"");
    assertThat(ran.out()).isEqualTo("0\n");
  }

  @Test
  void a_wrong_password_is_refused_as_the_server_would() {
    Ran ran = client("psql", "-XAtqc", "SELECT 1").with("PGPASSWORD", "not this one").run();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("password authentication failed for user");
  }

  @Test
  void psql_hears_its_own_notification() throws IOException {
    Ran ran = psql("LISTEN news;\nNOTIFY news, 'it rains';\nSELECT 1;\n");

    assertThat(ran.ok().out())
        .contains("Asynchronous notification \"news\" with payload \"it rains\" received");
  }

  @Test
  void an_interrupt_at_psql_cancels_the_statement_and_only_that() throws Exception {
    Path file =
        Files.writeString(
            scratch.resolve("s.sql"), "\\echo begun\nSELECT pg_sleep(60);\nSELECT 'after';\n");
    Process process = client("psql", "-XAtq", "-f", file.toString()).start();
    assertThat(process.inputReader().readLine()).isEqualTo("begun");
    Thread.sleep(500); // psql says nothing when the server has begun to sleep

    Program.of("kill", "-INT", Long.toString(process.pid())).run().ok();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("canceling statement due to user request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void pgbench_finishes_without_a_failed_transaction(String mode) {
    client("pgbench", "-i", "-q", "-s", "1").run().ok();

    Ran ran = client("pgbench", "-n", "-M", mode, "-c", "4", "-j", "2", "-t", "100").run().ok();

    assertThat(ran.out())
        .contains("number of transactions actually processed: 400/400")
        .contains("number of failed transactions: 0");
  }

  @Test
  void pg_dump_and_parallel_pg_restore_carry_everything_over() throws IOException {
    psql("DROP SCHEMA IF EXISTS moved CASCADE;\nCREATE SCHEMA moved;\n"
            + "CREATE TABLE moved.one (n int PRIMARY KEY, words text, bytes bytea);\n"
            + "CREATE TABLE moved.two (n int REFERENCES moved.one, at timestamptz);\n"
            + "INSERT INTO moved.one SELECT g, repeat(md5(g::text), 20), sha256(g::text::bytea)"
            + " FROM generate_series(1, 20000) g;\n"
            + "INSERT INTO moved.two SELECT n, now() FROM moved.one;\n"
            + "CREATE INDEX ON moved.one (words);\n")
        .ok();
    String digest = "SELECT md5(string_agg(t::text, ',' ORDER BY n)) FROM moved.one t;\n";
    String before = psql(digest).ok().out();

    client("pg_dump", "-Fd", "-j4", "-n", "moved", "-f", "dump").run().ok();
    psql("DROP SCHEMA moved CASCADE;\n").ok();
    client("pg_restore", "-j4", "-d", variables().get("PGDATABASE"), "dump").run().ok();

    assertThat(psql(digest + "SELECT count(*) FROM moved.two;\n").ok().out())
        .isEqualTo(before + "20000\n");
  }

  @Test
  void psycopg_does_all_it_can() {
    drive(ClientPrograms.psycopg());
  }

  @Test
  void node_postgres_does_all_it_can() {
    drive(ClientPrograms.nodePostgres());
  }

  @Test
  void pgx_does_all_it_can() {
    assumeTrue(ClientPrograms.hasGo(), "no go on this machine, so pgx is not tried");
    drive(ClientPrograms.pgx());
  }

  private void drive(List<String> command) {
    Map<String, String> more = new TreeMap<>(variables());
    Ran ran = Program.of(command).with(more).in(scratch).within(Duration.ofMinutes(3)).run();
    assertThat(ran.ok().out()).endsWith("all ok\n");
  }
}
