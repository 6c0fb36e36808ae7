package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyRecordingsTest {

  private static final int RECORDINGS = 5000;
  private static final long MAX_HEAP_BYTES_EACH = 3000;

  @TempDir private Path directory;

  @Test
  void five_thousand_open_recordings_take_little_memory_and_few_files() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory, Durability.PROCESS).withJournal(1 << 20, 16);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      List<Recording> open = new ArrayList<>();
      long before = heap();
      for (int i = 1; i <= RECORDINGS; i++) {
        waitForRoom(lane);
        Recording recording = lane.open(Given.SESSION, i);
        open.add(recording);
        lane.run(
            () -> {
              recording.note("startup", Given.bytes("user=ci database=orders"));
              recording.request(1, Given.QUERY, Given.bytes("select 1"));
              recording.outcome(1, Outcome.DONE, 1, Given.bytes("row"));
            });
      }
      Given.await(recorder.flush());
      assertThat((heap() - before) / RECORDINGS).isLessThan(MAX_HEAP_BYTES_EACH);
      Path files = Path.of("/proc/self/fd");
      if (Files.isDirectory(files)) {
        try (var all = Files.list(files)) {
          assertThat(all.count()).isLessThan(4L * OpenFiles.MAX_OPEN);
        }
      }
      lane.run(() -> open.forEach(recording -> recording.end("done")));
      assertThat(Given.await(recorder.heads(Given.SESSION))).hasSize(RECORDINGS);
    }
    assertThat(Given.read(Given.file(settings, Given.SESSION, RECORDINGS))).hasSize(5);
  }

  @Test
  void connections_that_come_and_go_take_the_memory_of_their_heads_only() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory, Durability.PROCESS).withJournal(1 << 20, 16);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      for (int i = 1; i <= RECORDINGS; i++) {
        waitForRoom(lane);
        Recording recording = lane.open(Given.SESSION, i);
        lane.run(() -> recording.end("done"));
      }
      List<Head> heads = Given.await(recorder.heads(Given.SESSION));
      assertThat(heads).hasSize(RECORDINGS);
      assertThat(heads.get(RECORDINGS - 1))
          .isEqualTo(Given.head(Given.file(settings, Given.SESSION, RECORDINGS)));
    }
  }

  private static void waitForRoom(Given.TestLane lane) throws InterruptedException {
    Semaphore again = new Semaphore(0);
    while (!lane.on(() -> lane.lane.ready(again::release))) {
      again.acquire();
    }
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
