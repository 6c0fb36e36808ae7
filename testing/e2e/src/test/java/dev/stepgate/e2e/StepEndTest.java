package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code exec --json} says of a step's end, and what is left when somebody is killed. */
@EndToEnd
class StepEndTest extends OrdersDatabase {

  private static final int PATIENCE_MS = 20_000;

  @Test
  void a_file_says_how_the_step_ended_and_is_good_as_a_checkpoint() throws IOException {
    try (Gateway gateway = gateway()) {
      Path file = gateway.state().resolveSibling("result.json");
      Files.writeString(file, "of the step before");
      Ran ran =
          gateway
              .execWith(
                  List.of("--json", file.toString()),
                  "sh",
                  "-c",
                  "psql -XAtqc 'SELECT 1'; rm " + file + "; exit 7")
              .run();
      assertThat(ran.exit()).isEqualTo(7);
      assertThat(file).as("what the command removes is not put there again").doesNotExist();

      Ran second =
          gateway.execWith(List.of("--json", file.toString()), "psql", "-XAtqc", "SELECT 1").run();

      JsonNode result = read(file);
      assertThat(result.get("exit").intValue()).isZero();
      assertThat(result.get("operations").longValue()).isEqualTo(1);
      assertThat(result.get("connections").get(0).textValue()).isEqualTo(Gateway.CONNECTION);
      assertThat(second.err()).contains(result.get("proof").textValue());
      assertThat(result.get("proof").textValue()).contains(result.get("session").textValue());
      assertThat(gateway.verify("--checkpoint", file.toString()).ok().out())
          .contains("seal line of session " + result.get("session").textValue());
    }
  }

  @Test
  void a_bundle_is_replayed_as_its_session_is() {
    try (Gateway gateway = gateway()) {
      String script = "psql -XAtqc 'SELECT 1'; psql -XAtqc 'SELECT 2'";
      Sealed sealed = new Sealed(0, gateway.exec("sh", "-c", script).run().ok().err());
      String state = gateway.state().toString();
      Path bundle = gateway.state().resolveSibling("session.stepgate");
      gateway
          .cli("sessions", "export", "--state", state, sealed.session(), "-o", bundle.toString())
          .run()
          .ok();

      Ran session = gateway.cli("replay", "--state", state, sealed.session()).run();
      Ran whole = gateway.cli("replay", bundle.toString()).run();
      Ran second = gateway.cli("replay", bundle + "/2").run();
      Ran third = gateway.cli("replay", bundle + "/3").run();

      assertThat(whole.ok().out())
          .isEqualTo(session.ok().out())
          .contains("Query: SELECT 1", "Query: SELECT 2");
      assertThat(second.ok().out()).contains("Query: SELECT 2").doesNotContain("Query: SELECT 1");
      assertThat(third.exit()).isEqualTo(1);
      assertThat(third.err()).contains("there is no recording");
    }
  }

  @Test
  void the_file_of_a_refused_step_says_why() throws IOException {
    try (Gateway gateway = gateway()) {
      Path file = gateway.state().resolveSibling("result.json");
      String configuration = gateway.configuration().toString();
      Ran ran =
          gateway
              .cli(
                  "exec",
                  "--config",
                  configuration,
                  "--no-isolation",
                  "--json",
                  file.toString(),
                  "--connection",
                  "another",
                  "--",
                  "true")
              .run();

      assertThat(ran.exit()).isEqualTo(77);
      assertThat(read(file).get("exit").intValue()).isEqualTo(77);
      assertThat(read(file).get("failure").textValue()).contains("no connection of that name");
      assertThat(read(file).has("session")).isFalse();
    }
  }

  @Test
  void what_is_no_file_is_not_written_to_and_the_command_not_begun() throws IOException {
    try (Gateway gateway = gateway()) {
      Path link = gateway.state().resolveSibling("link");
      Files.createSymbolicLink(link, gateway.state().resolveSibling("elsewhere"));
      for (String place : List.of(link.toString(), "/dev/null", "/nonexistent/result")) {
        Ran ran = gateway.execWith(List.of("--json", place), "echo", "begun").run();

        assertThat(ran.exit()).isEqualTo(64);
        assertThat(ran.out()).isEmpty();
      }
      assertThat(link.resolveSibling("elsewhere")).doesNotExist();
    }
  }

  @Test
  void on_a_machine_with_no_network_but_loopback_nothing_is_complained_of() {
    assumeTrue(Machine.root(), "not root, so no network can be taken away");
    try (Gateway gateway = gateway()) {
      String up =
          "import fcntl, os, socket, struct, sys;"
              + "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh22x', b'lo', 0x41));"
              + "os.execvp(sys.argv[1], sys.argv[1:])";
      List<String> alone = new ArrayList<>(List.of("unshare", "--net", "--", "python3", "-c", up));
      alone.addAll(gateway.exec("true").run().ok().command());

      Ran ran = Program.of(alone).run();

      assertThat(ran.ok().err().lines().toList()).allMatch(line -> line.startsWith("stepgate"));
    }
  }

  @Test
  void killing_exec_kills_the_command_and_its_session_is_sealed_as_interrupted() throws Exception {
    try (Gateway gateway = gateway()) {
      killedWithItsCommand(gateway);
    }
  }

  @Test
  void killing_exec_kills_a_command_under_another_user_too() throws Exception {
    assumeTrue(Machine.root(), "not root, so the step cannot be put under another user");
    try (Gateway gateway = gateway().isolated()) {
      killedWithItsCommand(gateway);
    }
  }

  private static void killedWithItsCommand(Gateway gateway) throws Exception {
    Process exec =
        gateway.exec("sh", "-c", "psql -XAtqc 'SELECT 1'; echo $$; exec sleep 600").start();
    assertThat(exec.inputReader().readLine()).isEqualTo("1");
    ProcessHandle command =
        ProcessHandle.of(Long.parseLong(exec.inputReader().readLine())).orElseThrow();

    exec.destroyForcibly().onExit().join();

    awaitDeath(command);
    gateway.exec("true").run().ok();
    assertThat(endings(gateway)).containsExactly("session-interrupted", "session-sealed");
    assertThat(gateway.verify().ok().out()).contains("VERIFIED");
  }

  @Test
  void told_to_stop_exec_leaves_nobody_behind_who_would_not_listen() throws Exception {
    String deaf = "sh -c 'trap \"\" TERM; echo $$; sleep 600 & wait; wait' &";
    try (Gateway gateway = gateway()) {
      Process exec = gateway.exec("sh", "-c", "trap 'exit 3' TERM; " + deaf + " wait").start();
      ProcessHandle left =
          ProcessHandle.of(Long.parseLong(exec.inputReader().readLine())).orElseThrow();

      exec.destroy();

      assertThat(exec.waitFor()).isEqualTo(3);
      awaitDeath(left);
    }
  }

  @Test
  void killing_serve_leaves_sessions_that_its_next_start_seals_as_interrupted() throws Exception {
    try (Gateway gateway = gateway().serving()) {
      Process step;
      try (ServedGateway served = gateway.serve()) {
        step =
            served
                .exec("sh", "-c", "psql -XAtqc 'SELECT 1'; cat; psql -XAtqc 'SELECT 2'; exit 5")
                .start();
        assertThat(step.inputReader().readLine()).isEqualTo("1");

        served.process().destroyForcibly().onExit().join();
      }
      step.getOutputStream().close();
      String out = step.inputReader().lines().toList().toString();
      String err = step.errorReader().lines().toList().toString();

      assertThat(step.waitFor()).as("exec says that the gateway is gone").isEqualTo(69);
      assertThat(out).isEqualTo("[]");
      assertThat(err).contains("the gateway went away").doesNotContain("stepgate-proof");
      try (ServedGateway again = gateway.serve()) {
        assertThat(endings(gateway)).containsExactly("session-interrupted");
        again.exec("psql", "-XAtqc", "SELECT 3").run().ok();
        again.stop();
      }
      assertThat(endings(gateway)).containsExactly("session-interrupted", "session-sealed");
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void a_token_is_good_at_its_own_endpoint_only_and_until_its_session_is_sealed() {
    try (Gateway gateway = gateway().serving();
        ServedGateway served = gateway.serve();
        HeldStep first = hold(served);
        HeldStep second = hold(served)) {
      Ran crossed =
          second
              .client("psql", "-XAtqc", "SELECT 1")
              .with("PGPASSWORD", first.variable("PGPASSWORD"))
              .run();
      assertThat(crossed.exit()).isEqualTo(2);
      assertThat(crossed.err()).contains("password authentication failed");
      first.seal();

      Ran late = first.client("psql", "-XAtqc", "SELECT 1").run();
      Ran elsewhere =
          second
              .client("psql", "-XAtqc", "SELECT 1")
              .with("PGPASSWORD", first.variable("PGPASSWORD"))
              .run();

      assertThat(late.exit()).isEqualTo(2);
      assertThat(elsewhere.err()).contains("password authentication failed");
      assertThat(second.client("psql", "-XAtqc", "SELECT 1").run().ok().out()).isEqualTo("1\n");
      assertThat(second.seal().operations()).isEqualTo(1);
    }
  }

  private static HeldStep hold(ServedGateway served) {
    return HeldStep.start(served.exec("sh", "-c", "env; echo ready; exec cat >/dev/null"));
  }

  private static void awaitDeath(ProcessHandle command) throws InterruptedException {
    for (int waited = 0; command.isAlive() && waited < PATIENCE_MS; waited += 50) {
      Thread.sleep(50);
    }
    assertThat(command.isAlive()).as("the command lives").isFalse();
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> endings(Gateway gateway) {
    return LogEntries.below(gateway.state()).stream()
        .map(leaf -> leaf.get("kind").textValue())
        .filter(kind -> kind.startsWith("session-") && !kind.startsWith("session-opened"))
        .toList();
  }
}
