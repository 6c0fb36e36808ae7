package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The gateway is killed at random instants under load, again and again on the same state. What the
 * server executed must be in the recordings.
 */
@EndToEnd
class CrashTest {

  private static final int ROUNDS = 100;
  private static final int LONGEST_LOAD_MS = 500;
  private static final int LONGEST_START_MS = 900;

  /** Every so many rounds the kill comes during start-up, in the middle of recovery. */
  private static final int START_UP_EVERY = 5;

  private static final int CONTROL_ROUNDS = 20;
  private static final Pattern ID = Pattern.compile(IdLoad.FORM);
  private static final long SEED = 20261124;

  @Test
  void whatever_the_server_executed_is_recorded_though_the_gateway_is_killed_a_hundred_times() {
    String password = Machine.secret();
    try (PostgresServer server = server(password);
        Gateway gateway = gateway(server, password)) {
      Random random = new Random(SEED);
      IdLoad load = new IdLoad();
      for (int round = 1; round <= ROUNDS; round++) {
        if (round % START_UP_EVERY == 0) {
          killedWhileStarting(gateway, random.nextInt(LONGEST_START_MS));
        } else {
          killedUnderLoad(gateway, load, random.nextInt(LONGEST_LOAD_MS));
        }
      }
      Sealed last;
      try (HeldStep step = gateway.hold()) {
        last = step.seal();
      }

      Set<String> executed = executed(server);
      Set<String> unrecorded = new TreeSet<>(executed);
      unrecorded.removeAll(recorded(gateway));
      Ran verified = gateway.verify();

      long rolls = Segments.uses(gateway.state()) - (ROUNDS + 1L) * Segments.lanes(gateway.state());
      long heads = headsOfInterruptedSessions(gateway);

      System.out.println(
          "[INFO] "
              + ROUNDS
              + " kills, "
              + load.handedOut()
              + " ids, "
              + executed.size()
              + " executed, at least "
              + rolls
              + " segment rolls, "
              + heads
              + " heads logged under load");
      assertThat(rolls).as("segments rolled").isPositive();
      assertThat(heads).as("checkpoints were written under load").isGreaterThan(ROUNDS / 4);
      assertThat(unrecorded).isEmpty();
      assertThat(executed).hasSizeGreaterThan(ROUNDS * 10);
      assertThat(last.exit()).isZero();
      assertThat(verified.exit()).as(verified.toString()).isZero();
      assertThat(verified.out()).contains("VERIFIED");
      assertThat(interruptedSessions(gateway)).isGreaterThan(ROUNDS / 2);
    }
  }

  @Test
  void a_build_that_forwards_before_it_records_is_caught_by_the_same_kills() {
    String password = Machine.secret();
    Path classes = LateBuild.compile();
    try (PostgresServer server = server(password);
        Gateway gateway = gateway(server, password).patchedWith(classes)) {
      Random random = new Random(SEED);
      IdLoad load = new IdLoad();
      Set<String> unrecorded = new TreeSet<>();
      for (int round = 1; round <= CONTROL_ROUNDS && unrecorded.isEmpty(); round++) {
        killedUnderLoad(gateway, load, random.nextInt(LONGEST_LOAD_MS));
        try (HeldStep step = gateway.hold()) {
          step.seal();
        }
        unrecorded.addAll(executed(server));
        unrecorded.removeAll(recorded(gateway));
      }

      assertThat(unrecorded).isNotEmpty();
    } finally {
      Machine.remove(classes);
    }
  }

  private static PostgresServer server(String password) {
    PostgresServer server = PostgresServer.start();
    server.database("orders", "ci", password);
    server.sql("orders", "CREATE UNLOGGED TABLE ids (id text)");
    server.sql("orders", "GRANT ALL ON ids TO ci");
    return server;
  }

  private static Gateway gateway(PostgresServer server, String password) {
    return Gateway.before(server, "orders", "ci", password).limit("journal: 16MiB");
  }

  private static void killedUnderLoad(Gateway gateway, IdLoad load, int afterMs) {
    try (HeldStep step = gateway.hold()) {
      load.start(step.variables());
      pause(afterMs);
      step.kill();
    }
    load.join();
  }

  private static void killedWhileStarting(Gateway gateway, int afterMs) {
    Process process = gateway.exec("true").start();
    try {
      if (!process.waitFor(afterMs, TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly().onExit().join();
  }

  /** Ids in the table, once the server has finished what it had begun. */
  private static Set<String> executed(PostgresServer server) {
    while (!server
        .sql("orders", "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ci'")
        .equals("0")) {
      pause(20);
    }
    return Set.of(server.sql("orders", "SELECT id FROM ids").split("\n", -1));
  }

  /** Ids in requests of all recordings, each of which must have its last line. */
  private static Set<String> recorded(Gateway gateway) {
    Set<String> ids = new HashSet<>();
    for (Path file : RecordingFile.filesBelow(gateway.state())) {
      RecordingFile recording = RecordingFile.read(file);
      assertThat(recording.ended()).as(file.toString()).isTrue();
      ID.matcher(recording.asked()).results().map(MatchResult::group).forEach(ids::add);
    }
    return ids;
  }

  /** Final heads that the log got while a session was running that was then killed. */
  private static long headsOfInterruptedSessions(Gateway gateway) {
    List<JsonNode> leaves = LogEntries.below(gateway.state());
    Set<String> interrupted = new HashSet<>();
    for (JsonNode leaf : leaves) {
      if (leaf.get("kind").textValue().equals("session-interrupted")) {
        interrupted.add(leaf.get("session").textValue());
      }
    }
    return leaves.stream()
        .filter(leaf -> leaf.get("kind").textValue().equals("head"))
        .filter(leaf -> interrupted.contains(leaf.get("session").textValue()))
        .count();
  }

  private static long interruptedSessions(Gateway gateway) {
    return LogEntries.below(gateway.state()).stream()
        .filter(leaf -> leaf.get("kind").textValue().equals("session-interrupted"))
        .count();
  }

  private static void pause(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
