package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that records on two lanes, with segments that are used up many times a second, is
 * killed with SIGKILL at a random moment. Whatever it said it had recorded, before it said so, is
 * in the recordings after the next start, and each of them is whole. The directory lives on from
 * round to round.
 */
class KillTest {

  private static final int ROUNDS = Integer.getInteger("stepgate.kill.rounds", 5);
  private static final int LANES = 2;
  private static final int CONNECTIONS = 3;
  private static final int MAX_MILLIS = 250;

  @TempDir private Path directory;

  @Test
  void whatever_was_recorded_before_a_kill_is_there_after_it() throws Exception {
    Random random = new Random(System.nanoTime());
    long total = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      Map<Integer, Long> said = runAndKill(round, random.nextInt(MAX_MILLIS));
      RecordingSettings settings = settings(directory);
      try (Recorder recorder = Recorder.start(settings, head -> {}, InstantSource.system())) {
        assertThat(recorder.recovery().warnings()).isEmpty();
        assertThat(recorder.recovery().interrupted()).isNotEmpty();
        for (Map.Entry<Integer, Long> each : said.entrySet()) {
          long held = requests(Given.file(settings, Given.session(round), each.getKey()));
          assertThat(held).isGreaterThanOrEqualTo(each.getValue());
          total += each.getValue();
        }
      }
    }
    assertThat(total).isPositive();
  }

  /** Which operation of each recording was said to be recorded last. */
  private Map<Integer, Long> runAndKill(int round, int millis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillTest.class.getName(),
                directory.toString(),
                String.valueOf(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Map<Integer, Long> said = new HashMap<>();
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      said.put(in.readInt(), in.readLong());
      Thread killer =
          new Thread(
              () -> {
                try {
                  TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                process.toHandle().destroyForcibly();
              });
      killer.start();
      while (true) {
        said.put(in.readInt(), in.readLong());
      }
    } catch (EOFException e) {
      process.waitFor();
      return said;
    }
  }

  private static long requests(Path file) throws IOException, RecordingDamage {
    long requests = 0;
    try (RecordingReader reader = RecordingReader.open(file)) {
      for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
        requests += next.get() instanceof Line.Request ? 1 : 0;
      }
      assertThat(reader.ended()).isTrue();
    }
    return requests;
  }

  private static RecordingSettings settings(Path directory) {
    return RecordingSettings.of(directory, Durability.PROCESS)
        .withJournal(16 << 10, 12)
        .withCaptureBytes(3000);
  }

  /** The process that is killed. */
  public static void main(String[] arguments) throws Exception {
    Recorder recorder =
        Recorder.start(settings(Path.of(arguments[0])), head -> {}, InstantSource.system());
    int round = Integer.parseInt(arguments[1]);
    List<Thread> threads = new ArrayList<>();
    try (FileOutputStream out = new FileOutputStream(java.io.FileDescriptor.out)) {
      for (int lane = 0; lane < LANES; lane++) {
        int index = lane;
        Thread thread = new Thread(() -> record(recorder, index, round, out));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void record(Recorder recorder, int index, int round, FileOutputStream out) {
    try {
      Semaphore again = new Semaphore(0);
      var thread = Executors.newSingleThreadExecutor();
      Lane lane = recorder.lane(index, thread);
      Recording[] recordings = new Recording[CONNECTIONS];
      thread
          .submit(
              () -> {
                for (int i = 0; i < CONNECTIONS; i++) {
                  int number = number(index, i);
                  recordings[i] =
                      lane.open(
                          Given.session(Given.session(round)),
                          Given.connection(Given.session(round), number));
                }
              })
          .get();
      Random random = new Random(index);
      while (true) {
        while (!thread.submit(() -> lane.ready(again::release)).get()) {
          again.acquire();
        }
        int connection = random.nextInt(CONNECTIONS);
        Recording recording = recordings[connection];
        ByteBuffer body = ByteBuffer.allocate(random.nextInt(200) == 0 ? 30_000 : 50);
        long[] last = numbers[index];
        thread.submit(() -> recording.request(++last[connection], Given.QUERY, body)).get();
        say(out, number(index, connection), last[connection]);
        thread.submit(() -> recording.outcome(last[connection], Outcome.DONE, 1, body)).get();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final long[][] numbers = new long[LANES][CONNECTIONS];

  private static int number(int lane, int connection) {
    return lane * CONNECTIONS + connection + 1;
  }

  private static void say(FileOutputStream out, int number, long operation) throws IOException {
    java.io.ByteArrayOutputStream record = new java.io.ByteArrayOutputStream();
    new DataOutputStream(record).writeInt(number);
    new DataOutputStream(record).writeLong(operation);
    synchronized (out) {
      out.write(record.toByteArray());
    }
  }
}
