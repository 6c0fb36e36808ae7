package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskDurabilityTest {

  private static final int OPERATIONS = 300;

  @TempDir private Path directory;

  @Test
  void what_is_forwarded_waits_for_the_disk_and_many_events_share_one_wait() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory, Durability.DISK).withJournal(8 << 10, 16);
    int waits = 0;
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording first = lane.open(Given.SESSION, 1);
      Recording second = lane.open(Given.SESSION, 2);
      Semaphore again = new Semaphore(0);
      for (int i = 1; i <= OPERATIONS; i++) {
        long number = i;
        while (!lane.on(() -> first.ready(again::release))) {
          again.acquire();
        }
        lane.run(
            () -> {
              for (Recording recording : List.of(first, second)) {
                recording.request(number, Given.QUERY, Given.bytes("insert " + number));
                recording.outcome(number, Outcome.DONE, 1, Given.bytes("done"));
              }
            });
        while (!lane.on(() -> first.settled(again::release))) {
          waits++;
          again.acquire();
        }
        assertThat(lane.on(() -> first.settled(again::release))).isTrue();
      }
      lane.run(() -> first.end("done"));
      lane.run(() -> second.end("done"));
      assertThat(Given.await(recorder.heads(Given.SESSION)))
          .containsExactly(
              Given.head(Given.file(settings, Given.SESSION, 1)),
              Given.head(Given.file(settings, Given.SESSION, 2)));
    }
    assertThat(waits).isBetween(1, OPERATIONS);
    assertThat(Given.read(Given.file(settings, Given.SESSION, 1))).hasSize(2 * OPERATIONS + 2);
  }

  @Test
  void with_durability_process_nobody_waits_for_the_disk() {
    try (Recorder recorder = Given.recorder(Given.settings(directory));
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      Runnable never =
          () -> {
            throw new AssertionError("nobody waits");
          };
      assertThat(lane.on(() -> recording.settled(never))).isTrue();
    }
  }

  @Test
  void whoever_waits_for_room_reads_on_once_the_scribe_has_made_some() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory, Durability.PROCESS).withJournal(4 << 10, 6);
    int waits = 0;
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      Semaphore again = new Semaphore(0);
      AtomicInteger written = new AtomicInteger();
      while (!lane.on(() -> writeWhileReady(recording, written, again::release))) {
        waits++;
        again.acquire();
      }
    }
    assertThat(waits).isPositive();
    assertThat(Given.read(Given.file(settings, Given.SESSION, 1))).hasSize(3002);
  }

  /** Writes faster than any scribe; whether all is written. */
  private static boolean writeWhileReady(
      Recording recording, AtomicInteger written, Runnable later) {
    while (written.get() < 3000) {
      if (!recording.ready(later)) {
        return false;
      }
      recording.note("data", Given.bytes("some bytes of it, and then a few"));
      written.incrementAndGet();
    }
    return true;
  }
}
