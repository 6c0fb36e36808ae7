package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Durability disk, on a disk that keeps only what was forced: an operation that was let through to
 * the server is in the recordings that the machine's next start finds, wherever the power failed.
 */
class PowerLossTest {

  private static final long SEEDS = 5 * Long.getLong("stepgate.crash.seeds", 2);
  private static final int MOST_OPERATIONS = 300;
  private static final int MOST_BYTES = 3_000;

  @TempDir private Path directory;

  @Test
  void whatever_was_let_through_is_there_when_the_power_is_back() throws Exception {
    int through = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      RecordingSettings settings = settings("run" + seed);
      Run run = new Run(settings, new Platter(settings), new Random(seed));

      List<String> missing = run.untilThePowerFails(directory.resolve("lost" + seed));

      assertThat(missing).as("seed " + seed).isEmpty();
      through += run.through.size();
    }
    assertThat(through).isGreaterThan((int) SEEDS * 10);
  }

  @Test
  void a_journal_that_only_says_that_it_is_on_the_disk_is_caught() throws Exception {
    RecordingSettings settings = settings("run");
    Platter lying =
        new Platter(settings) {
          @Override
          public synchronized void range(Path file, MappedByteBuffer mapped, int from, int bytes) {
            // As if it were done.
          }
        };
    Run run = new Run(settings, lying, new Random(1));

    assertThat(run.untilThePowerFails(directory.resolve("lost"))).isNotEmpty();
  }

  private RecordingSettings settings(String name) {
    return RecordingSettings.of(directory.resolve(name), Durability.DISK).withJournal(8 << 10, 8);
  }

  /** One client's life up to the power failure. */
  private static final class Run {

    private final RecordingSettings settings;
    private final Platter platter;
    private final Random random;
    private final List<String> through = new ArrayList<>();
    private final List<String> waiting = new ArrayList<>();
    private final Semaphore again = new Semaphore(0);

    Run(RecordingSettings settings, Platter platter, Random random) {
      this.settings = settings;
      this.platter = platter;
      this.random = random;
    }

    /** What was let through and is not there afterwards. */
    List<String> untilThePowerFails(Path lost) throws Exception {
      RecordingSettings found;
      InstantSource clock = InstantSource.fixed(Given.OPENED.plusSeconds(288));
      try (Recorder recorder = Recorder.start(settings, head -> {}, clock, platter);
          Given.TestLane lane = new Given.TestLane(recorder, 0)) {
        Recording recording = lane.open(Given.SESSION, 1);
        int operations = 20 + random.nextInt(MOST_OPERATIONS);
        for (int number = 1; number <= operations; number++) {
          operation(lane, recording, number);
        }
        found = platter.fail(lost, random);
      }
      Given.recorder(found).close();
      String kept = kept(found);
      return through.stream().filter(id -> !kept.contains(id)).toList();
    }

    private void operation(Given.TestLane lane, Recording recording, int number) throws Exception {
      while (!lane.on(() -> recording.ready(again::release))) {
        again.acquire();
      }
      String id = String.format("id-%06d;", number);
      String statement = "insert " + id + "x".repeat(random.nextInt(MOST_BYTES));
      lane.run(() -> recording.request(number, Given.QUERY, Given.bytes(statement)));
      waiting.add(id);
      if (random.nextInt(3) == 0) {
        return; // pipelined: the next one waits for both
      }
      while (!lane.on(() -> recording.settled(again::release))) {
        again.acquire();
      }
      through.addAll(waiting);
      waiting.clear();
      lane.run(() -> recording.outcome(number, Outcome.DONE, 1, Given.bytes("done")));
    }

    private static String kept(RecordingSettings found) throws IOException, RecordingDamage {
      Path lines = Given.file(found, Given.SESSION, 1);
      if (!Files.exists(lines)) {
        return "";
      }
      assertThat(Given.read(lines)).isNotEmpty();
      Path bodies = RecordingReader.bodiesOf(lines);
      return Files.readString(bodies, StandardCharsets.ISO_8859_1);
    }
  }
}
