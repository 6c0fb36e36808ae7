package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crash, as a copy of the directory at an arbitrary moment has it, and what the next start makes
 * of it. The copy takes the journal first: what a scribe writes meanwhile only makes the files
 * newer than the journal, as they can be.
 */
class RecoveryTest {

  private static final String DIED = "end the gateway died";

  /** What fits into one frame of a segment of 4 KiB. */
  private static final int TINY_PIECE = 1480;

  private static final long SEEDS = Long.getLong("stepgate.crash.seeds", 2);

  @TempDir private Path directory;
  private int copies;

  @Test
  void after_a_crash_at_any_event_everything_that_was_kept_is_there() throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      RecordingSettings settings = settings("run" + seed);
      try (Recorder recorder = Given.recorder(settings);
          Given.TestLane lane = new Given.TestLane(recorder, 0)) {
        Script script = new Script(seed, lane.lane, TINY_PIECE);
        for (int step = 0; step < 60; step++) {
          for (int i = 0; i < 1 + step % 5; i++) {
            stepWhenReady(lane, script);
          }
          RecordingSettings crashed = crash(settings);
          recover(crashed);
          for (int number = 1; number <= script.recordings(); number++) {
            assertHolds(crashed, number, script.kept(number), 0);
          }
        }
      }
    }
  }

  @Test
  void after_a_crash_inside_a_frame_only_the_event_that_nobody_was_told_of_is_missing()
      throws Exception {
    RecordingSettings settings = settings("run");
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Script script = new Script(5, lane.lane, TINY_PIECE);
      for (int step = 0; step < 60; step++) {
        stepWhenReady(lane, script);
        RecordingSettings crashed = crash(settings);
        tearLastFrame(crashed, step % 2 == 0);
        recover(crashed);
        for (int number = 1; number <= script.recordings(); number++) {
          Path file = Given.file(crashed, Given.SESSION, number);
          if (Files.exists(file) && Files.size(file) > 0) {
            assertHolds(crashed, number, script.kept(number), 1);
          }
        }
      }
    }
  }

  @Test
  void files_that_the_scribe_had_not_finished_are_completed_from_the_journal() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory.resolve("run"), Durability.PROCESS)
            .withJournal(1 << 20, 4)
            .withCaptureBytes(Long.MAX_VALUE);
    Random random = new Random(6);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Script script = new Script(6, lane.lane, JournalRecording.PIECE);
      for (int step = 0; step < 200; step++) {
        stepWhenReady(lane, script);
      }
      Given.await(recorder.flush());
      for (int round = 0; round < 25; round++) {
        RecordingSettings crashed = crash(settings);
        for (int number = 1; number <= script.recordings(); number++) {
          cut(Given.file(crashed, Given.SESSION, number), random);
        }
        recover(crashed);
        for (int number = 1; number <= script.recordings(); number++) {
          assertHolds(crashed, number, script.kept(number), 0);
        }
      }
    }
  }

  @Test
  void a_crash_during_recovery_changes_nothing() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory.resolve("run"), Durability.PROCESS)
            .withJournal(1 << 20, 4)
            .withCaptureBytes(Long.MAX_VALUE);
    Random random = new Random(7);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Script script = new Script(7, lane.lane, JournalRecording.PIECE);
      for (int step = 0; step < 150; step++) {
        stepWhenReady(lane, script);
      }
      for (int round = 0; round < 12; round++) {
        RecordingSettings crashed = crash(settings);
        RecordingSettings again = crash(crashed);
        recover(crashed);
        for (int number = 1; number <= script.recordings(); number++) {
          // The recovery came as far as this into each file when it died.
          Path whole = Given.file(crashed, Given.SESSION, number);
          Path part = Given.file(again, Given.SESSION, number);
          Files.createDirectories(part.getParent());
          overwrite(whole, part, random);
          overwrite(RecordingReader.bodiesOf(whole), RecordingReader.bodiesOf(part), null);
        }
        recover(again);
        for (int number = 1; number <= script.recordings(); number++) {
          assertHolds(again, number, script.kept(number), 0);
        }
      }
    }
  }

  @Test
  void a_recording_whose_beginning_the_journal_forgot_long_ago_is_ended_too() throws Exception {
    RecordingSettings settings = settings("run");
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      lane.open(Given.SESSION, 1);
      Recording busy = lane.open(Given.SESSION, 2);
      for (int i = 0; i < 500; i++) {
        lane.run(() -> busy.note("x", Given.bytes("some more of this and that")));
        if (i % 20 == 0) {
          Given.await(recorder.flush());
        }
      }
      RecordingSettings crashed = crash(settings);
      Recovery recovery = recover(crashed);
      assertThat(recovery.warnings()).isEmpty();
      assertThat(recovery.interrupted())
          .containsExactly(
              Given.head(Given.file(crashed, Given.SESSION, 1)),
              Given.head(Given.file(crashed, Given.SESSION, 2)));
      assertThat(recover(crashed).interrupted()).isEmpty();
      try (Recorder next = Given.recorder(crashed)) {
        assertThat(Given.await(next.heads(Given.SESSION))).isEqualTo(recovery.interrupted());
      }
    }
  }

  @Test
  void a_recording_that_was_not_yet_in_any_file_comes_from_the_journal_alone() throws Exception {
    RecordingSettings settings = settings("run");
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.bytes("select 1")));
      RecordingSettings crashed = crash(settings);
      deleteRecordings(crashed);
      recover(crashed);
      assertThat(Given.read(Given.file(crashed, Given.SESSION, 1))).hasSize(3);
    }
  }

  @Test
  void what_an_earlier_use_of_a_segment_left_behind_is_never_taken_for_new() throws Exception {
    RecordingSettings settings = settings("run");
    for (int life = 1; life <= 3; life++) {
      try (Recorder recorder = Given.recorder(settings);
          Given.TestLane lane = new Given.TestLane(recorder, 0)) {
        Recording recording = lane.open(Given.SESSION, life);
        for (int i = 0; i < 200; i++) {
          lane.run(() -> recording.note("x", Given.bytes("as long as any other")));
          Given.await(recorder.flush());
        }
        RecordingSettings crashed = crash(settings);
        assertThat(recover(crashed).warnings()).isEmpty();
        assertThat(Given.read(Given.file(crashed, Given.SESSION, life))).hasSize(202);
      }
    }
  }

  @Test
  void recorded_bytes_that_look_like_the_beginning_of_later_frames_are_never_taken_for_them()
      throws Exception {
    RecordingSettings settings = settings("run");
    ByteBuffer forged = ByteBuffer.allocate(1400).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(11);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      for (int use = 1; use <= 100; use++) {
        // Three notes fill a segment; what they leave there names uses to come.
        for (int at = 0; at < forged.capacity(); at += 8) {
          forged.putLong(at, (long) (use + random.nextInt(4)) << 32 | Frame.HEADER);
        }
        for (int size : new int[] {1400, random.nextInt(70), 1400}) {
          ByteBuffer body = forged.slice(0, size);
          lane.run(() -> recording.note("note", body));
          Given.await(recorder.flush());
        }
      }
      RecordingSettings crashed = crash(settings);
      assertThat(recover(crashed).warnings()).isEmpty();
      assertThat(Given.read(Given.file(crashed, Given.SESSION, 1))).hasSize(302);
    }
  }

  @Test
  void a_machine_that_died_leaves_a_tail_that_is_called_unknown() throws Exception {
    RecordingSettings settings = settings("run");
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.bytes("select 1")));
      Given.await(recorder.flush());
      lane.run(() -> recording.request(2, Given.QUERY, Given.bytes("select 2")));
      Given.await(recorder.flush());

      RecordingSettings crashed = crash(settings);
      Files.writeString(crashed.journal().resolve("owner"), "process 1 since then\nanother boot\n");
      Path bodies = RecordingReader.bodiesOf(Given.file(crashed, Given.SESSION, 1));
      try (RandomAccessFile file = new RandomAccessFile(bodies.toFile(), "rw")) {
        // The second body did not reach the disk, nor did the journal.
        file.seek(24);
        file.write(new byte[24]);
      }
      eraseJournal(crashed);

      Recovery recovery = recover(crashed);
      assertThat(recovery.warnings()).anyMatch(warning -> warning.contains("machine"));
      List<Line> lines = Given.read(Given.file(crashed, Given.SESSION, 1));
      assertThat(lines).hasSize(3);
      assertThat(((Line.End) lines.get(2)).tail()).isEqualTo("unknown");
    }
  }

  @Test
  void a_recording_that_was_changed_meanwhile_is_left_as_it_is_and_named() throws Exception {
    RecordingSettings settings = settings("run");
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.bytes("select 1")));
      Given.await(recorder.flush());
      RecordingSettings crashed = crash(settings);
      Path file = Given.file(crashed, Given.SESSION, 1);
      String changed = Files.readString(file).replace("\"t\":", "\"u\":");
      Files.writeString(file, changed);

      Recovery recovery = recover(crashed);
      assertThat(recovery.interrupted()).isEmpty();
      assertThat(recovery.warnings())
          .singleElement()
          .asString()
          .contains(Given.SESSION + "/0001", "line 2, t: expected a whole number");
      assertThat(Files.readString(file)).isEqualTo(changed);
    }
  }

  private RecordingSettings settings(String name) {
    return RecordingSettings.of(directory.resolve(name), Durability.PROCESS)
        .withJournal(4 << 10, 24)
        .withCaptureBytes(Long.MAX_VALUE);
  }

  /** Waits for room as a protocol does, then does one more thing. */
  private static void stepWhenReady(Given.TestLane lane, Script script) throws Exception {
    java.util.concurrent.Semaphore again = new java.util.concurrent.Semaphore(0);
    while (!lane.on(() -> lane.lane.ready(again::release))) {
      again.acquire();
    }
    lane.run(script::step);
  }

  private RecordingSettings crash(RecordingSettings settings) throws IOException {
    Path to = Files.createDirectories(directory.resolve("crash" + copies++));
    Given.copy(settings.journal(), to.resolve("journal"));
    Given.copy(settings.recordings(), to.resolve("recordings"));
    Path owner = to.resolve("journal").resolve("owner");
    List<String> lines = Files.readAllLines(owner);
    Files.writeString(owner, "process 1 since then\n" + lines.get(1) + "\n");
    return new RecordingSettings(
        to,
        settings.durability(),
        settings.segmentBytes(),
        settings.segmentsPerLane(),
        settings.captureBytes(),
        settings.headInterval());
  }

  private static Recovery recover(RecordingSettings crashed) {
    try (Recorder recorder = Given.recorder(crashed)) {
      return recorder.recovery();
    }
  }

  private static void assertHolds(
      RecordingSettings settings, int number, List<String> kept, int mayMiss)
      throws IOException, RecordingDamage {
    List<String> held = new ArrayList<>(Script.held(Given.file(settings, Given.SESSION, number)));
    String last = held.get(held.size() - 1);
    assertThat(last).startsWith("end");
    if (last.equals(DIED)) {
      held.remove(held.size() - 1);
    }
    assertThat(held.size()).isBetween(kept.size() - mayMiss, kept.size());
    assertThat(held).isEqualTo(kept.subList(0, held.size()));
  }

  /** Takes the length, or a byte of the content, from the frame that was written last. */
  private static void tearLastFrame(RecordingSettings settings, boolean length) throws IOException {
    Map<Integer, List<Segment>> lanes = new JournalFiles(settings.journal(), Forcing.REAL).found();
    Segment last = null;
    for (Segment segment : lanes.get(0)) {
      if (segment.state() > 0 && (last == null || segment.state() > last.state())) {
        last = segment;
      }
    }
    int found = 0;
    int at = Segment.FIRST;
    CRC32C crc = new CRC32C();
    int bytes = Frame.check(last.scratch(), at, (int) last.state(), last.secret(), crc);
    while (bytes > 0) {
      found = at;
      at += Frame.aligned(bytes);
      bytes = Frame.check(last.scratch(), at, (int) last.state(), last.secret(), crc);
    }
    if (found > 0 && length) {
      last.scratch().putLong(found, 0);
    } else if (found > 0) {
      last.scratch().put(found + Frame.EVENT, (byte) (last.scratch().get(found + Frame.EVENT) ^ 1));
    }
  }

  private static void cut(Path lines, Random random) throws IOException {
    for (Path file : List.of(lines, RecordingReader.bodiesOf(lines))) {
      if (Files.exists(file)) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
          if (file.equals(lines)) {
            access.setLength(random.nextInt((int) access.length() + 1));
          } else {
            // Bodies are written before the lines that speak of them: these only ever grow longer.
            access.seek(access.length());
            access.write(new byte[random.nextInt(50)]);
          }
        }
      }
    }
  }

  private static void overwrite(Path whole, Path part, Random random) throws IOException {
    if (Files.exists(whole)) {
      byte[] bytes = Files.readAllBytes(whole);
      try (RandomAccessFile access = new RandomAccessFile(part.toFile(), "rw")) {
        access.write(bytes, 0, random == null ? bytes.length : random.nextInt(bytes.length + 1));
      }
    }
  }

  private static void deleteRecordings(RecordingSettings settings) throws IOException {
    try (var files = Files.walk(settings.recordings())) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Files.delete(file);
      }
    }
  }

  private static void eraseJournal(RecordingSettings settings) throws IOException {
    for (Segment segment : new JournalFiles(settings.journal(), Forcing.REAL).found().get(0)) {
      for (int at = Segment.FIRST; at < segment.size(); at++) {
        segment.scratch().put(at, (byte) 0);
      }
    }
  }
}
