package dev.stepgate.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.gateway.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy check}, {@code policy test} and {@code explain --sql}. */
class PolicyCommandTest {

  private static final String GATEWAY =
      """
      name: ci
      state: state
      connections:
        orders-db:
          protocol: postgresql
          address: 127.0.0.1:1/orders
          user: app
          auth: [trust]
          open_to: [{ issuer: local, user: ci }]
          mode: enforce
          default: deny
          rules:
            - { name: no-drops, effects: [drop, truncate], deny: "Drops go through the DBA team." }
            - { name: secret, columns: [app.users.password], deny: "Not that column." }
            - { name: mass-writes, effects: [update, delete], without_where: true, require_approval: { from: [dba] } }
            - { name: mine, effects: [grant], identity: { issuer: local, user: ci }, allow: true }
            - { name: migrate, effects: [read, write, ddl], allow: true }
        plain-db:
          protocol: postgresql
          address: 127.0.0.1:1/plain
          user: app
          auth: [trust]
          open_to: [{ issuer: local, user: ci }]
      people: { users: { alice: [dba] } }
      """;

  @TempDir private Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @BeforeEach
  void listen() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    write("stepgate.yml", GATEWAY);
    PrintStream listening = new PrintStream(said, true, UTF_8);
    System.setOut(listening);
    System.setErr(listening);
  }

  @AfterEach
  void listenNoMore() {
    System.setOut(out);
    System.setErr(err);
  }

  private Path write(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private int run(String... words) {
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--config";
    all[words.length + 1] = directory.resolve("stepgate.yml").toString();
    return CommandTree.run(all);
  }

  private int test(String cases) throws IOException {
    return run("policy", "test", write("cases.yml", cases).toString());
  }

  private String said() {
    return said.toString(UTF_8);
  }

  @Test
  void check_lists_the_rules_with_their_digest() {
    assertThat(run("policy", "check")).isEqualTo(ExitCode.OK);

    assertThat(said())
        .containsPattern("orders-db: enforce, default deny, policy [0-9a-f]{64}")
        .contains("  deny  no-drops: Drops go through the DBA team.", "  ask  mass-writes")
        .contains("plain-db: no rules, everything is allowed and recorded");
  }

  @Test
  void config_check_says_which_connections_have_rules() {
    assertThat(run("config", "check")).isEqualTo(ExitCode.OK);

    assertThat(said())
        .contains("no problem; rules for orders-db (enforce); none for plain-db, where everything");
  }

  @Test
  void cases_that_are_as_expected_are_counted() throws Exception {
    int code =
        test(
            """
            connection: orders-db
            tables: { app.users: [id, name, password] }
            views: { app.people: [app.users] }
            cases:
              - { sql: "SELECT 1", expect: allow }
              - { sql: "SELECT id, name FROM app.users", expect: allow }
              - { sql: "SELECT password FROM app.users", expect: deny, rule: secret }
              - { sql: "SELECT * FROM app.users", expect: deny, rule: secret }
              - { sql: "UPDATE app.users SET name = '' WHERE password = 'x'", expect: deny, rule: secret }
              - { sql: "DELETE FROM app.users", expect: ask, rule: mass-writes }
              - { sql: "DELETE FROM app.users WHERE id = 1", expect: allow }
              - { sql: "SELECT 1; DROP TABLE app.users", expect: deny, rule: no-drops }
              - { sql: "DO $$ BEGIN DROP TABLE x; END $$", expect: deny, rule: no-drops }
              - { sql: "DO $$ BEGIN EXECUTE 'x' || 'y'; END $$", expect: deny }
              - { sql: "GRANT ALL ON app.users TO PUBLIC", expect: deny }
              - { sql: "GRANT ALL ON app.users TO PUBLIC", as: { issuer: local, user: ci }, expect: allow }
              - { sql: "this is no SQL", expect: deny }
            """);

    assertThat(said()).isEqualTo("13 cases, all as expected\n");
    assertThat(code).isEqualTo(ExitCode.OK);
  }

  @Test
  void a_case_that_is_not_is_explained() throws Exception {
    int code =
        test(
            """
            connection: orders-db
            cases:
              - { sql: "DROP TABLE orders", expect: allow }
              - { sql: "SELECT 1", expect: allow }
            """);

    assertThat(code).isEqualTo(ExitCode.BAD);
    assertThat(said())
        .contains("cases.yml:3: expected allow: DROP TABLE orders")
        .contains("verdict: deny by rule \"no-drops\": Drops go through the DBA team.")
        .contains("it does   drop of table public.orders")
        .contains("rule migrate (allow) matches:")
        .contains("narrow the rule no-drops, or do without: drop of table public.orders")
        .contains("2 cases, 1 not as expected");
  }

  @Test
  void a_file_of_cases_is_read_strictly() throws Exception {
    int code =
        test(
            """
            cases:
              - { sql: "SELECT 1", expect: perhaps }
              - { sq: "SELECT 1", expect: allow, connection: plain-db, at: noon }
            """);

    assertThat(code).isEqualTo(ExitCode.CONFIG);
    assertThat(said())
        .contains("cases.yml:2: cases[0].expect: is \"perhaps\", one of allow, ask, deny")
        .contains("cases.yml:2: cases[0].connection: is missing, here and for the file")
        .contains("cases.yml:3: cases[1].sq: is unknown; did you mean \"sql\"?")
        .contains("cases.yml:3: cases[1].connection: is \"plain-db\", which has no rules")
        .contains("cases.yml:3: cases[1].at: is \"noon\"");
  }

  @Test
  void a_statement_is_explained() {
    assertThat(run("explain", "--connection", "orders-db", "--sql", "DELETE FROM app.users"))
        .isEqualTo(ExitCode.OK);

    assertThat(said())
        .contains("verdict: ask by rule \"mass-writes\": An approval is needed.")
        .contains("it does   delete of table app.users, of all rows")
        .contains("rule no-drops (deny) does not match:")
        .contains("its effects do not hold delete")
        .contains("to pass:\n  an approval by dba");
  }

  @Test
  void what_no_rule_covers_is_explained_with_a_rule_that_would() {
    assertThat(run("explain", "--connection", "orders-db", "--sql", "GRANT ALL ON app.users TO x"))
        .isEqualTo(ExitCode.OK);

    assertThat(said())
        .contains("verdict: deny: no rule allows grant of table app.users")
        .contains("it is not for this job: issuer is not proved, wanted local")
        .contains("{ effects: [grant], relations: ['app.users'], allow: true }");
  }

  @Test
  void a_connection_without_rules_has_nothing_to_explain() {
    assertThat(run("explain", "--connection", "plain-db", "--sql", "SELECT 1"))
        .isEqualTo(ExitCode.BAD);
    assertThat(run("explain", "--connection", "other", "--sql", "SELECT 1"))
        .isEqualTo(ExitCode.BAD);
    assertThat(run("explain")).isEqualTo(ExitCode.USAGE);

    assertThat(said()).contains("connection plain-db has no rules", "there is no connection other");
  }
}
