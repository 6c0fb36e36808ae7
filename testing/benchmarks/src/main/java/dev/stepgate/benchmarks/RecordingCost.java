package dev.stepgate.benchmarks;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.Lane;
import dev.stepgate.recording.Recorder;
import dev.stepgate.recording.Recording;
import dev.stepgate.recording.RecordingSettings;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What an operation costs the event loop and the scribe: a request and an outcome of the size that
 * a prepared select has, from some connections in turn, at a rate that a gateway sees.
 *
 * <p>Arguments: operations, connections, operations a second (0 for as fast as it goes), directory.
 */
public final class RecordingCost {

  private static final int REQUEST_BYTES = 61;
  private static final int OUTCOME_BYTES = 52;
  private static final int BURST = 32;
  private static final long NANOS = 1_000_000_000;

  private RecordingCost() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int operations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000_000;
    int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
    long rate = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
    Path home = arguments.length > 3 ? Path.of(arguments[3]) : Path.of("/tmp");
    Path directory = Files.createTempDirectory(home, "recording-cost");
    RecordingSettings settings = RecordingSettings.of(directory, Durability.PROCESS);
    try (Recorder recorder = Recorder.start(settings, head -> {}, InstantSource.system())) {
      Lane lane = recorder.lane(0, task -> {});
      run(recorder, lane, connections, operations / 4, rate);
      String figures = run(recorder, lane, connections, operations, rate);
      System.out.println(figures);
    }
  }

  private static String run(
      Recorder recorder, Lane lane, int connections, int operations, long rate) throws Exception {
    SessionId id = SessionId.create(System.currentTimeMillis(), new SecureRandom());
    Session session =
        new Session(
            id,
            "bench",
            Instant.now(),
            "ci(1)",
            Isolation.USER,
            Bearer.user("ci", 1),
            Map.of(),
            List.of("orders-db"));
    Recording[] open = new Recording[connections];
    for (int i = 0; i < connections; i++) {
      open[i] =
          lane.open(
              session,
              new Connection(id, i + 1, "orders-db", "postgresql", Instant.now(), "127.0.0.1:1"));
    }
    ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
    ByteBuffer outcome = ByteBuffer.allocateDirect(OUTCOME_BYTES);
    Operation what = new Operation(Operation.Kind.EXECUTE, 1);
    Runnable later = () -> {};
    long cpuBefore = scribeCpu();
    long began = System.nanoTime();
    long writing = 0;
    for (int done = 0; done < operations; done += BURST) {
      long start = System.nanoTime();
      for (int i = done; i < done + BURST; i++) {
        Recording recording = open[i % connections];
        while (!recording.ready(later)) {
          start += pause();
        }
        long number = i / connections + 1L;
        recording.request(number, what, request);
        recording.outcome(number, Outcome.DONE, 1, outcome);
      }
      writing += System.nanoTime() - start;
      if (rate > 0) {
        LockSupport.parkNanos(began + NANOS * done / rate - System.nanoTime());
      }
    }
    recorder.flush().toCompletableFuture().get();
    long took = System.nanoTime() - began;
    return String.format(
        Locale.ROOT,
        "%d operations, %d connections: event loop %.0f ns, scribe CPU %.2f us each; %.0f a second",
        operations,
        connections,
        (double) writing / operations,
        (scribeCpu() - cpuBefore) / 1000.0 / operations,
        (double) operations * NANOS / took);
  }

  private static long pause() {
    long from = System.nanoTime();
    LockSupport.parkNanos(100_000);
    return System.nanoTime() - from;
  }

  private static long scribeCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("stepgate-scribe")) {
        sum += threads.getThreadCpuTime(id);
      }
    }
    return sum;
  }
}
