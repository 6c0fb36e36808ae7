package dev.stepgate.benchmarks;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.Recorder;
import dev.stepgate.recording.Recording;
import dev.stepgate.recording.RecordingSettings;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the event loop pays for an operation's two frames, while a scribe works beside it. The
 * pauses that the journal's back-pressure asks for lie between the invocations.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class FrameBenchmark {

  private static final int BURST = 64;
  private static final long PAUSE_NANOS = 500_000;

  private final ByteBuffer request = ByteBuffer.allocateDirect(61);
  private final ByteBuffer outcome = ByteBuffer.allocateDirect(52);
  private final Operation what = new Operation(Operation.Kind.EXECUTE, 1);
  private Recorder recorder;
  private Recording recording;
  private long number;

  /** Starts a recorder in a new directory. */
  @Setup
  public void start() throws IOException {
    RecordingSettings settings =
        RecordingSettings.of(Files.createTempDirectory("frames"), Durability.PROCESS);
    recorder = Recorder.start(settings, head -> {}, InstantSource.system());
    SessionId id = SessionId.create(System.currentTimeMillis(), new SecureRandom());
    recording =
        recorder
            .lane(0, task -> {})
            .open(
                new Session(
                    id,
                    "bench",
                    Instant.now(),
                    "ci(1)",
                    Isolation.USER,
                    Bearer.user("ci", 1),
                    Map.of(),
                    List.of("db")),
                new Connection(id, 1, "db", "postgresql", Instant.now(), "127.0.0.1:1"));
  }

  /** Waits for room in the journal. */
  @Setup(Level.Invocation)
  public void rest() {
    LockSupport.parkNanos(PAUSE_NANOS);
    while (!recording.ready(() -> {})) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Stops the recorder. */
  @TearDown
  public void stop() {
    recorder.close();
  }

  /** A request and an outcome. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public long operation() {
    for (int i = 0; i < BURST; i++) {
      number++;
      recording.request(number, what, request);
      recording.outcome(number, Outcome.DONE, 1, outcome);
    }
    return number;
  }
}
