package dev.stepgate.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.protocol.postgres.UpstreamAuth;
import dev.stepgate.recording.Durability;
import dev.stepgate.transport.DialTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final String GOOD =
      """
      name: ci-east
      state: state
      connections:
        orders-db:
          protocol: postgresql
          address: db.internal:5432/orders
          user: ci_migrator
          password: { env: ORDERS_PASSWORD }
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("ORDERS_PASSWORD", "hunter2", "EMPTY", "", "VAULT_TOKEN", "t");

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void aDirectoryThatOnlyItsOwnerMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    file = directory.resolve("stepgate.yml");
    write("secret", "hunter2\n", "rw-------");
  }

  @Test
  void a_small_file_gets_the_documented_defaults() throws Exception {
    GatewayConfig config = load(GOOD);

    PostgresTarget target = config.connections().get("orders-db");
    assertThat(config.name()).isEqualTo("ci-east");
    assertThat(config.state()).isEqualTo(directory.resolve("state"));
    assertThat(config.logKey()).isEqualTo(directory.resolve("state-keys/log.key"));
    assertThat(config.recording().durability()).isEqualTo(Durability.PROCESS);
    assertThat(config.serve().socket()).isEqualTo(Path.of("/run/stepgate/control.sock"));
    assertThat(config.serve().users()).isEmpty();
    assertThat(config.secretVariables()).containsExactly("ORDERS_PASSWORD");
    assertThat(target.host()).isEqualTo("db.internal");
    assertThat(target.port()).isEqualTo(5432);
    assertThat(target.database()).isEqualTo("orders");
    assertThat(target.tls()).isEqualTo(DialTls.FULL);
    assertThat(target.auth()).containsExactly(UpstreamAuth.SCRAM_SHA_256);
    assertThat(target.allowsDatabase("other")).isFalse();
    assertThat(target.password().read()).isEqualTo("hunter2".getBytes(UTF_8));
  }

  @Test
  void two_connections_whose_variables_a_step_could_not_tell_apart_are_refused() {
    String second =
        GOOD.substring(GOOD.indexOf("  orders-db:")).replace("orders-db", "orders-db-jdbc");

    ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> load(GOOD + second));

    assertThat(wrong.problems()).hasSize(1);
    assertThat(wrong.problems().get(0).toString())
        .contains(":9: connections.orders-db-jdbc: cannot be beside orders-db")
        .contains("STEPGATE_ORDERS_DB_JDBC_URL");
  }

  @Test
  void every_key_arrives_where_it_belongs() throws Exception {
    GatewayConfig config =
        load(
            """
            name: example.com/ci
            state: /var/lib/stepgate-not-there
            log_key: /etc/stepgate-not-there/log.key
            durability: disk
            limits:
              sessions: 7
              clients: 8
              unauthenticated: 3
              statement: 2 MiB
              reply: 4MiB
              capture: 0
              journal: 32MiB
              login: 1s
              connect: 2s
              upstream_login: 3s
              cancel: 4s
              cancels_per_second: 5
            serve: { socket: control.sock, users: [runner], groups: [ci, dba] }
            connections:
              reports:
                protocol: postgresql
                address: "[::1]:6432/my reports"
                user: u
                password: { file: secret }
                tls: { verify: off }
                auth: [md5, password, trust]
                databases: any
                pool: { idle: 0, keep: 5s }
            """);

    PostgresTarget target = config.connections().get("reports");
    assertThat(config.logKey()).isEqualTo(Path.of("/etc/stepgate-not-there/log.key"));
    assertThat(config.recording().durability()).isEqualTo(Durability.DISK);
    assertThat(config.recording().captureBytes()).isZero();
    assertThat(config.recording().segmentsPerLane()).isEqualTo(8);
    assertThat(config.sessions()).isEqualTo(7);
    assertThat(config.serve().socket()).isEqualTo(directory.resolve("control.sock"));
    assertThat(config.serve().groups()).containsExactly("ci", "dba");
    assertThat(target.host()).isEqualTo("::1");
    assertThat(target.database()).isEqualTo("my reports");
    assertThat(target.tls()).isEqualTo(DialTls.OFF);
    assertThat(target.auth())
        .containsExactlyInAnyOrder(UpstreamAuth.MD5, UpstreamAuth.PASSWORD, UpstreamAuth.TRUST);
    assertThat(target.allowsDatabase("other")).isTrue();
    assertThat(target.limits().clients()).isEqualTo(8);
    assertThat(target.limits().unauthenticated()).isEqualTo(3);
    assertThat(target.limits().statementBytes()).isEqualTo(2 << 20);
    assertThat(target.limits().replyBytes()).isEqualTo(4 << 20);
    assertThat(target.limits().login()).isEqualTo(Duration.ofSeconds(1));
    assertThat(target.limits().connect()).isEqualTo(Duration.ofSeconds(2));
    assertThat(target.limits().upstreamLogin()).isEqualTo(Duration.ofSeconds(3));
    assertThat(target.limits().cancel()).isEqualTo(Duration.ofSeconds(4));
    assertThat(target.limits().cancelsPerSecond()).isEqualTo(5);
    assertThat(target.limits().idleUpstreams()).isZero();
    assertThat(target.limits().idleUpstream()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.secretVariables()).isEmpty();
  }

  /** Lines of "what replaces what -> the line, key and words that the problem names". */
  @TestFactory
  Stream<DynamicTest> each_mistake_is_named_with_its_line_and_key() {
    return Stream.of(
            wrong("name: ci-east", "nam: ci-east", "1: nam: is unknown; did you mean \"name\"?"),
            wrong("name: ci-east\n", "", "1: name: is missing"),
            wrong("name: ci-east", "name:", "1: name: has no value"),
            wrong("name: ci-east", "name: [a]", "1: name: is a list, a single value"),
            wrong("name: ci-east", "name: a b", "1: name: is \"a b\", at most 100"),
            wrong("name: ci-east", "name: a+b", "1: name: is \"a+b\""),
            wrong("name: ci-east", "name: \"a\\nb\"", "1: name: has a control character"),
            wrong("state: state\n", "", "1: state: is missing"),
            wrong("state: state", "state: stepgate.yml", "is no directory"),
            wrong("state: state", "state: open", "0755, 0700 is expected; chmod 700"),
            wrong("state: state", "state: state\nlog_key: state/k", "3: log_key: ", "lies inside"),
            wrong("state: state", "state: state\nlog_key: link/k", "3: log_key: ", "lies inside"),
            wrong("state: state", "state: state\nlog_key: readable", "3: log_key: ", "others"),
            wrong("state: state", "state: state\ndurability: none", "one of process, disk"),
            wrong("state: state", "state: state\nstate: b", "3: state: stands twice", "line 2"),
            wrong("connections:", "x: &a 1\nconnections:", "3: uses an anchor"),
            wrong("connections:", "x: *a\nconnections:", "3: uses an anchor"),
            wrong("connections:", "x: !!java.net.URL b\nconnections:", "3: uses a tag"),
            wrong("connections:", "<<: {}\nconnections:", "3: <<: is unknown"),
            wrong("connections:", "[a]: b\nconnections:", "3: has a list where a key"),
            wrong("connections:", "x: [[[[[[[[1]]]]]]]]\nconnections:", "3: is nested deeper"),
            wrong("connections:", "x: [\nconnections:", "is not YAML"),
            wrong("connections:", "x: {\nconnections:", "is not YAML"),
            wrong("name: ci-east", "---\nname: a\n---\nname: b", "holds more than one document"),
            wrong("orders-db:", "Orders:", "4: connections.Orders: is no name"),
            wrong("orders-db:", "a--b:", "4: connections.a--b: is no name"),
            wrong("orders-db:", "orders_db:", "4: connections.orders_db: is no name"),
            wrong("    protocol: postgresql\n", "", "connections.orders-db.protocol: is missing"),
            wrong("postgresql", "mysql", "5: ", "is \"mysql\", one of postgresql is expected"),
            wrong("    user: ci_migrator\n", "", "connections.orders-db.user: is missing"),
            wrong("db.internal:5432/orders", "db.internal", "6: ", "host:port/database"),
            wrong("db.internal:5432/orders", "db.internal:5432", "6: ", "host:port/database"),
            wrong("db.internal:5432/orders", "db:70000/orders", "6: ", "host:port/database"),
            wrong("db.internal:5432/orders", "db:0/orders", "6: ", "host:port/database"),
            wrong("db.internal:5432/orders", "postgres://db/x", "6: ", "host:port/database"),
            wrong("db.internal:5432/orders", "u:p@db:1/x", "6: ", "host:port/database"),
            password("hunter2", "8: connections.orders-db.password: must not stand here"),
            password("{}", "password.file: exactly one of file, env and command", "none is here"),
            password("{ env: A, file: b }", "exactly one of", "file and env are here"),
            password("{ vault: x, env: ORDERS_PASSWORD }", "password.vault: is no source"),
            password("{ env: NOT_SET }", "password.env: environment variable NOT_SET is not set"),
            password("{ env: EMPTY }", "environment variable EMPTY holds an empty secret"),
            password("{ env: 'A B' }", "a variable's name is expected"),
            password("{ env: ORDERS_PASSWORD, keep: 1s }", "password.keep: belongs to a command"),
            password("{ file: missing }", "password.file: ", "missing does not exist"),
            password("{ file: readable }", "may be read or written by others (mode 0644)"),
            password("{ file: group }", "may be read or written by others (mode 0640)"),
            password("{ file: wide/secret }", "lies under ", "which others may write"),
            password("{ file: empty }", "holds an empty secret"),
            password("{ file: lines }", "holds more than one line"),
            password("{ file: . }", "is no file"),
            password("{ command: [cat, x] }", "password.command: cat is no absolute path"),
            password("{ command: [/no/such/tool] }", "/no/such/tool does not exist"),
            password("{ command: [/etc/passwd] }", "/etc/passwd may not be executed"),
            password("{ command: [] }", "password.command: is an empty list"),
            password("{ command: [/bin/cat], timeout: 2h }", "is 2 h, must be from 1 ms to 1 m"),
            password("{ command: [/bin/cat], environment: [NOPE] }", "NOPE is not set"),
            extra("passwort: x", "9: ", "did you mean \"password\"?"),
            extra("rules: []", "connections.orders-db.default: is missing; say what becomes"),
            extra("rules: {}", "connections.orders-db.rules: is a section with keys, a list of"),
            extra("mode: enforce", "connections.orders-db.mode: has no meaning without rules"),
            extra("default: deny", "connections.orders-db.default: has no meaning without rules"),
            extra("mask: []", "connections.orders-db.mask: is not enforced by this version"),
            extra("open_to: all", "open_to: is a value, a list of { issuer: …, … } is expected"),
            extra("open_to: [ all ]", "open_to[0]: is a value, a section with keys"),
            extra("open_to: [ { user: ci } ]", "open_to[0].issuer: is missing"),
            extra("open_to: [ { issuer: github } ]", "which identity.issuers does not name"),
            extra("open_to: [ { issuer: local, usr: ci } ]", "did you mean \"user\"?"),
            extra("open_to: [ { issuer: local, user: [] } ]", "user: is an empty list"),
            extra("tls: { verify: maybe }", "one of full, ca, none, off is expected"),
            extra("tls: full", "tls: is a value, a section with keys is expected"),
            extra("tls: { ca: secret }", "tls.ca: ", "holds no certificate"),
            extra("tls: { ca: missing }", "tls.ca: ", "does not exist"),
            extra("tls: { key: secret }", "tls.key: ", "holds no unencrypted PKCS#8 key"),
            extra("tls: { key: readable }", "tls.key: ", "may be read or written by others"),
            extra("tls: { cert: secret }", "tls.cert: cert and key come together"),
            extra("tls: { verify: off, server_name: a }", "has no meaning with verify: off"),
            extra("tls: { direct: yes }", "tls.direct: is \"yes\", one of on, off is expected"),
            extra("auth: [scram]", "auth: is \"scram\", one of scram-sha-256, cert, md5"),
            extra("auth: [cert]", "auth: holds cert, which needs tls.cert"),
            extra("auth: []", "auth: is an empty list"),
            extra("pool: { idle: -1 }", "pool.idle: is \"-1\", a whole number is expected"),
            limit("sessions: 0", "limits.sessions: is 0, must be from 1 to 1000000"),
            limit("sessions: many", "limits.sessions: is \"many\", a whole number is expected"),
            limit("statement: 2GiB", "limits.statement: is 2 GiB, must be from 1 KiB to 1023 MiB"),
            limit("statement: 1MB", "a size is expected: a whole number with B, KiB, MiB or GiB"),
            limit("login: 5", "limits.login: is \"5\", a duration is expected"),
            limit("login: 1ms", "limits.login: is 1 ms, must be from 100 ms to 10 m"),
            limit("capture: 999999999999999GiB", "which is more than can be counted"),
            limit("sesions: 1", "limits.sesions: is unknown; did you mean \"sessions\"?"))
        .map(mistake -> DynamicTest.dynamicTest(mistake.name(), () -> check(mistake)));
  }

  @Test
  void all_mistakes_are_told_in_one_run_in_the_files_order() {
    ConfigException problems =
        refused(
            """
            name: a b
            state: state
            durability: both
            connections:
              orders-db:
                address: nowhere
                pasword: x
            """);

    assertThat(problems.problems().stream().map(problem -> problem.line() + " " + problem.key()))
        .containsExactly(
            "1 name",
            "3 durability",
            "5 connections.orders-db.protocol",
            "5 connections.orders-db.user",
            "5 connections.orders-db.password",
            "6 connections.orders-db.address",
            "7 connections.orders-db.pasword");
    assertThat(problems.problems()).allMatch(problem -> problem.file().equals(file));
  }

  @Test
  void no_password_is_needed_where_no_method_asks_for_one() throws Exception {
    GatewayConfig config =
        load(GOOD.replace("password: { env: ORDERS_PASSWORD }", "auth: [trust]"));

    assertThat(config.connections()).containsKey("orders-db");
  }

  @Test
  void a_file_that_others_may_write_is_refused() throws IOException {
    ConfigException problems = refused(GOOD, "rw-rw-r--");

    assertThat(problems.problems().get(0).message()).contains("may be written by others");
  }

  @Test
  void a_file_that_is_not_there_is_one_problem() throws IOException {
    ConfigException problems =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigFile.load(
                    directory.resolve("no.yml"), Map.of(), rules(), InstantSource.system()));

    assertThat(problems).hasMessage(directory.resolve("no.yml") + ": does not exist");
  }

  @Test
  void a_file_that_is_too_large_is_refused_before_it_is_parsed() {
    ConfigException problems = refused("#".repeat(YamlReader.MAX_BYTES + 1));

    assertThat(problems).hasMessageContaining("has 262145 bytes, more than 262144");
  }

  @Test
  void a_secret_of_another_user_is_refused() throws IOException {
    write(
        "stepgate.yml", GOOD.replace("{ env: ORDERS_PASSWORD }", "{ file: secret }"), "rw-------");
    FileRules ofAnother = new FileRules(rules().uid() + 4711);

    ConfigException problems =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigFile.load(file, ENVIRONMENT, ofAnother, InstantSource.system()));

    // Root's file is nobody's danger, but another user cannot read it; anybody else's is one.
    String expected =
        rules().uid() == 0 ? "cannot be read by the gateway's user" : "neither root nor";
    assertThat(problems).isNotNull();
    assertThat(problems.getMessage()).contains("password.file", expected);
  }

  private record Mistake(String name, String yaml, List<String> said) {}

  private static Mistake wrong(String what, String with, String... said) {
    return new Mistake(
        with.isBlank() ? "no " + what : with, GOOD.replace(what, with), List.of(said));
  }

  private static Mistake password(String value, String... said) {
    return wrong("{ env: ORDERS_PASSWORD }", value, said);
  }

  private static Mistake extra(String line, String... said) {
    return new Mistake(line, GOOD + "    " + line + "\n", List.of(said));
  }

  private static Mistake limit(String line, String... said) {
    return new Mistake(line, GOOD + "limits:\n  " + line + "\n", List.of(said));
  }

  private void check(Mistake mistake) throws IOException {
    Files.createDirectories(directory.resolve("open"));
    Files.setPosixFilePermissions(
        directory.resolve("open"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("state"));
    Files.setPosixFilePermissions(
        directory.resolve("state"), PosixFilePermissions.fromString("rwx------"));
    if (Files.notExists(directory.resolve("link"))) {
      Files.createSymbolicLink(directory.resolve("link"), directory.resolve("state"));
    }
    Files.createDirectories(directory.resolve("wide"));
    write("wide/secret", "x", "rw-------");
    Files.setPosixFilePermissions(
        directory.resolve("wide"), PosixFilePermissions.fromString("rwxrwxrwx"));
    write("readable", "x", "rw-r--r--");
    write("group", "x", "rw-r-----");
    write("empty", "\n", "rw-------");
    write("lines", "a\nb\n", "rw-------");

    ConfigException problems = refused(mistake.yaml());

    assertThat(problems.getMessage()).contains(mistake.said());
    assertThat(problems.getMessage()).doesNotContain("hunter2");
  }

  private ConfigException refused(String yaml) {
    return refused(yaml, "rw-------");
  }

  private ConfigException refused(String yaml, String permissions) {
    ConfigException problems =
        catchThrowableOfType(
            ConfigException.class,
            () -> {
              write("stepgate.yml", yaml, permissions);
              ConfigFile.load(file, ENVIRONMENT, rules(), InstantSource.system());
            });
    assertThat(problems).as("a problem").isNotNull();
    return problems;
  }

  private GatewayConfig load(String yaml) throws IOException, ConfigException {
    write("stepgate.yml", yaml, "rw-r--r--");
    return ConfigFile.load(file, ENVIRONMENT, rules(), InstantSource.system());
  }

  private static FileRules rules() throws IOException {
    return FileRules.ofThisProcess();
  }

  private void write(String name, String text, String permissions) throws IOException {
    Path path = directory.resolve(name);
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
