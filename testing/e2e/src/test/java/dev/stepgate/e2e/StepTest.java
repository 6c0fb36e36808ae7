package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step as {@code exec} runs it: what it is given, how it ends, what it leaves behind. */
@EndToEnd
class StepTest {

  private static final String PASSWORD = Machine.secret();
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_step_sees_its_endpoint_and_none_of_the_clients_settings_that_it_inherits() {
    try (Gateway gateway = gateway()) {
      Ran ran =
          gateway
              .exec("env")
              .with("PGHOSTADDR", "192.0.2.1")
              .with("PGSERVICE", "elsewhere")
              .with("PGOPTIONS", "-c role=postgres")
              .with("PGPASSWORD", "inherited")
              .with("KEPT", "yes")
              .run();

      assertThat(ran.ok().out())
          .containsPattern("(?m)^PGHOST=/tmp/stepgate-\\d+/[0-9A-Z]{26}$")
          .contains("PGUSER=ci\n", "PGDATABASE=orders\n")
          .contains("PGREQUIREAUTH=scram-sha-256\n", "DATABASE_URL=postgresql://ci:", "KEPT=yes\n")
          .doesNotContain("PGHOSTADDR", "PGSERVICE=", "PGOPTIONS", "inherited", PASSWORD);
    }
  }

  @Test
  void the_commands_words_arrive_as_they_were_given() {
    try (Gateway gateway = gateway()) {
      String file = "@" + gateway.secret("words", "of a file");
      Ran ran =
          gateway
              .exec("sh", "-c", "printf '<%s>' \"$@\"", "sh", file, "", "--connection", "\"q\"")
              .run();

      assertThat(ran.ok().out()).isEqualTo("<" + file + "><><--connection><\"q\">");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 143})
  void the_commands_exit_status_is_passed_on(int status) {
    try (Gateway gateway = gateway()) {
      Ran ran = gateway.exec("sh", "-c", "exit " + status).run();

      assertThat(ran.exit()).isEqualTo(status);
      assertThat(ran.err()).contains("stepgate: 0 operations, 0 refused, recording ");
    }
  }

  @Test
  void a_signal_reaches_the_command_and_the_session_is_sealed_all_the_same() throws Exception {
    try (Gateway gateway = gateway()) {
      Process process =
          gateway
              .exec("sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done")
              .start();
      assertThat(process.inputReader().readLine()).isEqualTo("ready");

      Program.of("kill", "-TERM", Long.toString(process.pid())).run().ok();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(9);
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
      assertThat(endings(gateway)).isEqualTo(List.of("session-sealed"));
    }
  }

  @Test
  void a_process_that_the_step_leaves_behind_loses_its_session_at_the_seal() throws Exception {
    try (Gateway gateway = gateway()) {
      Path directory = Machine.directory("left");
      Program.of("chmod", "777", directory.toString()).run().ok();
      Path out = directory.resolve("out");
      String script =
          ("(sleep 2; psql -XAtqc 'SELECT 1'; echo $?) >%1$s 2>&1 </dev/null & "
                  + "(echo 'SELECT 2;'; sleep 2; echo 'SELECT 3;') | psql -XAtq >%1$s.2 2>&1 & "
                  + "psql -XAtqc 'SELECT 4'")
              .formatted(out);
      Ran ran = gateway.exec("sh", "-c", script).run();
      List<RecordingFile> sealed = RecordingFile.below(gateway.state());
      Thread.sleep(3_000); // what was left behind has tried by then

      assertThat(ran.ok().out()).isEqualTo("4\n");
      assertThat(Files.readString(out)).endsWith("2\n").doesNotContain("\n1\n");
      assertThat(RecordingFile.below(gateway.state())).isEqualTo(sealed);
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
      Machine.remove(directory);
    }
  }

  @Test
  void a_second_gateway_on_the_same_state_is_refused() {
    try (Gateway gateway = gateway();
        HeldStep first = gateway.hold()) {
      Ran second = gateway.exec("echo", "begun").run();

      assertThat(second.exit()).isNotZero();
      assertThat(second.out()).isEmpty();
      assertThat(second.err()).contains(Long.toString(first.process().pid()));
    }
  }

  @Test
  void without_isolation_a_step_is_refused_unless_told_otherwise() {
    try (Gateway gateway = gateway()) {
      Path configuration = gateway.configuration();
      Ran ran =
          gateway
              .cli(
                  "exec",
                  "--config",
                  configuration.toString(),
                  "--connection",
                  Gateway.CONNECTION,
                  "--user",
                  "root",
                  "--",
                  "echo",
                  "begun")
              .run();

      assertThat(ran.exit()).isNotZero();
      assertThat(ran.out()).isEmpty();
    }
  }

  @Test
  void a_step_under_another_user_has_nothing_left_of_root() {
    assumeTrue(Machine.root(), "not root, so the step cannot be put under another user");
    try (Gateway gateway = gateway().isolated()) {
      Ran ran =
          gateway
              .exec(
                  "sh",
                  "-c",
                  "id -u; id -G; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; "
                      + "cat "
                      + gateway.configuration().resolveSibling("password")
                      + "; ls "
                      + gateway.state()
                      + "; psql -XAtqc 'SELECT 5'")
              .run();

      assertThat(ran.ok().out())
          .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1")
          .doesNotStartWith("0\n")
          .endsWith("\n5\n")
          .doesNotContain(PASSWORD);
      assertThat(opening(gateway)).isEqualTo("user");
    }
  }

  @Test
  void the_opening_leaf_says_that_there_was_no_isolation() {
    try (Gateway gateway = gateway()) {
      gateway.exec("true").run().ok();

      assertThat(opening(gateway)).isEqualTo("none");
    }
  }

  private static Gateway gateway() {
    return Gateway.before(server, "orders", "ci", PASSWORD);
  }

  private static String opening(Gateway gateway) {
    return LogEntries.below(gateway.state()).get(0).get("isolation").textValue();
  }

  private static List<String> endings(Gateway gateway) {
    return LogEntries.below(gateway.state()).stream()
        .map(leaf -> leaf.get("kind").textValue())
        .filter(kind -> kind.startsWith("session-") && !kind.startsWith("session-opened"))
        .toList();
  }
}
