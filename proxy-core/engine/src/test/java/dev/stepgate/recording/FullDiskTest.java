package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.operation.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of a few MiB, which only root can mount. */
class FullDiskTest {

  private static final int WAIT_ROUNDS = 600;

  @TempDir private Path directory;
  private Path disk;

  @BeforeEach
  void given_a_small_disk() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=3m", "none", disk.toString());
    Assumptions.assumeTrue(mounted, "mounting a small file system needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  @Test
  void a_full_disk_refuses_events_loses_none_and_heals_when_there_is_space() throws Exception {
    Path ballast = Files.write(disk.resolve("ballast"), new byte[1 << 20]);
    RecordingSettings settings =
        RecordingSettings.of(disk, Durability.PROCESS).withJournal(64 << 10, 12);
    long kept = 0;
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      EvidenceException refused = null;
      while (refused == null) {
        waitForRoom(lane);
        long number = kept + 1;
        try {
          lane.run(() -> recording.request(number, Given.QUERY, Given.bytes("x".repeat(2000))));
          kept = number;
        } catch (EvidenceException e) {
          refused = e;
        }
      }
      assertThat(refused)
          .hasMessageContaining(Given.file(settings, Given.SESSION, 1).toString())
          .hasMessageContaining("No space left on device");
      assertThatThrownBy(() -> Given.await(recorder.flush())).isInstanceOf(EvidenceException.class);
      assertThatThrownBy(() -> Given.await(recorder.heads(Given.SESSION)))
          .isInstanceOf(EvidenceException.class);

      Files.delete(ballast);
      for (int round = 0; recorder.failure().isPresent() && round < WAIT_ROUNDS; round++) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      long last = kept;
      lane.run(() -> recording.outcome(last, Outcome.DONE, 0, Given.NOTHING));
      lane.run(() -> recording.end("done"));
      Given.await(recorder.flush());
    }
    assertThat(Given.read(Given.file(settings, Given.SESSION, 1))).hasSize((int) kept + 3);
  }

  @Test
  void what_a_full_disk_kept_out_of_the_files_is_recovered_from_the_journal() throws Exception {
    Path ballast = Files.write(disk.resolve("ballast"), new byte[1 << 20]);
    RecordingSettings settings =
        RecordingSettings.of(disk, Durability.PROCESS).withJournal(64 << 10, 12);
    long kept = 0;
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      while (recorder.failure().isEmpty()) {
        waitForRoom(lane);
        long number = kept + 1;
        try {
          lane.run(() -> recording.request(number, Given.QUERY, Given.bytes("x".repeat(2000))));
          kept = number;
        } catch (EvidenceException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
      }
    }
    assertThatThrownBy(() -> Given.recorder(settings))
        .isInstanceOf(EvidenceException.class)
        .hasMessageContaining("No space left on device");
    Files.delete(ballast);
    try (Recorder recorder = Given.recorder(settings)) {
      assertThat(recorder.recovery().warnings()).isEmpty();
    }
    assertThat(Given.read(Given.file(settings, Given.SESSION, 1))).hasSize((int) kept + 2);
  }

  @Test
  void a_journal_for_which_there_is_no_space_is_refused_at_the_start() {
    RecordingSettings settings =
        RecordingSettings.of(disk, Durability.PROCESS).withJournal(1 << 20, 4);
    try (Recorder recorder = Given.recorder(settings)) {
      assertThatThrownBy(() -> recorder.lane(0, Runnable::run))
          .isInstanceOf(EvidenceException.class)
          .hasMessageContaining("recordings cannot be kept in " + disk)
          .hasMessageContaining("No space left on device");
    }
  }

  @Test
  void a_read_only_directory_is_refused_at_the_start() throws Exception {
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();
    assertThatThrownBy(() -> Given.recorder(RecordingSettings.of(disk, Durability.PROCESS)))
        .isInstanceOf(EvidenceException.class)
        .hasMessageContaining("recordings cannot be kept in " + disk)
        .hasMessageContaining("Read-only file system");
  }

  private static void waitForRoom(Given.TestLane lane) throws InterruptedException {
    Semaphore again = new Semaphore(0);
    while (!lane.on(() -> lane.lane.ready(again::release))) {
      again.acquire();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
