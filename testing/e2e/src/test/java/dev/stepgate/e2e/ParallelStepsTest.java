package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many steps at once on one connection of one long-lived gateway. */
@EndToEnd
class ParallelStepsTest {

  private static final int STEPS = 50;
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final Pattern MARKER = Pattern.compile("marker-\\d+-of-this-step");

  @Test
  void fifty_steps_at_once_each_have_a_recording_of_their_own_and_nothing_of_anothers()
      throws Exception {
    String password = Machine.secret();
    try (PostgresServer server = PostgresServer.start()) {
      server.database("orders", "ci", password);
      server.sql("orders", "CREATE TABLE arrived (step int); GRANT ALL ON arrived TO ci");
      try (Gateway gateway = Gateway.before(server, "orders", "ci", password).serving();
          ServedGateway serve = gateway.serve()) {

        List<Ran> steps = runAll(serve);
        serve.stop();

        assertThat(steps).allSatisfy(step -> assertThat(step.exit()).as(step.toString()).isZero());
        assertThat(sessions(gateway)).hasSize(STEPS);
        List<String> markers = new ArrayList<>();
        for (Path session : sessions(gateway)) {
          String own = own(session);
          markers.add(own);
          String id = session.getFileName().toString();
          assertThat(steps).filteredOn(s -> s.out().contains(own)).hasSize(1);
          assertThat(steps)
              .filteredOn(s -> s.err().contains(id) && s.out().contains(own))
              .hasSize(1);
        }
        assertThat(new TreeSet<>(markers)).hasSize(STEPS);
        assertThat(gateway.verify().ok().out()).contains("VERIFIED");
      }
    }
  }

  /** The one marker in all of a session's recordings, asked or seen. */
  private static String own(Path session) {
    TreeSet<String> found =
        RecordingFile.below(session).stream()
            .flatMap(recording -> recording.events().stream())
            .flatMap(event -> MARKER.matcher(event.body()).results().map(MatchResult::group))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).hasSize(1);
    return found.first();
  }

  private static List<Ran> runAll(ServedGateway serve) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(STEPS);
    try {
      List<Callable<Ran>> steps = new ArrayList<>();
      for (int n = 1; n <= STEPS; n++) {
        String script = script(n);
        steps.add(() -> serve.exec("sh", "-c", script).within(LONGEST).run());
      }
      List<Ran> done = new ArrayList<>();
      for (Future<Ran> step : threads.invokeAll(steps)) {
        done.add(step.get());
      }
      return done;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Arrives, waits for all others, and then speaks its marker over several connections. */
  private static String script(int n) {
    String wait =
        "DO $$ BEGIN WHILE (SELECT count(*) FROM arrived) < %d LOOP PERFORM pg_sleep(0.2); END LOOP;"
            + " END $$";
    String marker = "SELECT 'marker-" + n + "-of-this-step'";
    return String.join(
        " && ",
        "psql -XAtqc \"INSERT INTO arrived VALUES (" + n + ")\"",
        "psql -XAtqc \"" + wait.formatted(STEPS).replace("$", "\\$") + "\"",
        "psql -XAtqc \"" + marker + "\"",
        "psql -XAtqc \"" + marker + "\" -c \"SELECT generate_series(1, 500)\" | head -n 1");
  }

  private static List<Path> sessions(Gateway gateway) throws IOException {
    try (Stream<Path> sessions = Files.list(gateway.state().resolve("recordings"))) {
      return sessions.toList();
    }
  }
}
