package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals as no recorder wrote them: a frame, nothing, or torn, and never anything else. */
class JournalFuzzTest {

  private static final int FUZZ_INPUTS = Integer.getInteger("stepgate.fuzz.inputs", 20_000);
  private static final int FUZZ_STARTS = Math.min(2000, Math.max(20, FUZZ_INPUTS / 500));
  private static final int TAG = 1;

  @TempDir private Path directory;
  private final CRC32C crc = new CRC32C();
  private final Pen pen = new Pen((into, at) -> into[at] = 1);
  private RecordingSettings settings;
  private byte[] segment;
  private int secret;

  @BeforeEach
  void given_a_journal_that_was_left_behind() throws Exception {
    settings =
        RecordingSettings.of(directory.resolve("state"), Durability.PROCESS)
            .withJournal(8 << 10, 4)
            .withCaptureBytes(100);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      for (int i = 1; i <= 3; i++) {
        Recording recording = lane.open(Given.SESSION, i);
        lane.run(
            () -> {
              recording.note("startup", Given.bytes("user"));
              recording.request(1, Given.QUERY, Given.bytes("select"));
              recording.requestData(1, Given.bytes("data"));
              recording.response(1, Given.bytes("row".repeat(70)));
              recording.outcome(1, Outcome.refused("rule"), 1, Given.bytes("error"));
              recording.end("done");
            });
      }
      segment = Files.readAllBytes(settings.journal().resolve("0").resolve("0.segment"));
      secret = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).getInt(16);
    }
  }

  @Test
  void any_segment_decodes_to_frames_that_make_proper_lines() throws Exception {
    Random random = new Random(9);
    int frames = 0;
    for (int input = 0; input < FUZZ_INPUTS; input++) {
      ByteBuffer changed = mutated(random);
      frames += decode(changed);
    }
    assertThat(frames).isGreaterThan(FUZZ_INPUTS / 2);
  }

  @Test
  void any_journal_lets_a_recorder_start_and_leaves_recordings_that_can_be_read() throws Exception {
    Random random = new Random(10);
    Path file = settings.journal().resolve("0").resolve("0.segment");
    for (int input = 0; input < FUZZ_STARTS; input++) {
      clear(settings.recordings());
      byte[] changed = new byte[segment.length];
      mutated(random).get(0, changed);
      Files.write(file, changed);
      try (Recorder recorder = Given.recorder(settings)) {
        assertThat(recorder.recovery().interrupted().size()).isLessThan(20);
      }
      for (Path lines : Heads.files(settings.recordings().resolve(Given.SESSION.value()))) {
        assertForms(lines);
      }
    }
  }

  /** Changes some bytes and mends the checksums of half of the frames, to come further. */
  private ByteBuffer mutated(Random random) {
    ByteBuffer changed =
        ByteBuffer.wrap(segment.clone()).order(ByteOrder.LITTLE_ENDIAN).putLong(8, TAG);
    int used = used();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = Segment.FIRST + random.nextInt(used - Segment.FIRST);
      if (random.nextInt(3) == 0) {
        changed.putInt(at, random.nextBoolean() ? random.nextInt() : random.nextInt(400));
      } else {
        changed.put(at, (byte) random.nextInt(9));
      }
    }
    for (int at = Segment.FIRST; at < used; ) {
      int bytes = changed.getInt(at);
      if (bytes < Frame.HEADER || bytes > changed.capacity() - at) {
        break;
      }
      if (random.nextInt(4) > 0) {
        changed.putInt(at + Frame.CRC, Frame.crc(changed, at, bytes, secret, crc));
      }
      at += Frame.aligned(bytes);
    }
    return changed;
  }

  private int used() {
    ByteBuffer whole = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    int at = Segment.FIRST;
    for (int bytes = whole.getInt(at); bytes > 0; bytes = whole.getInt(at)) {
      at += Frame.aligned(bytes);
    }
    return at;
  }

  /** Decodes as recovery does and reads every line that comes of it; how many frames there were. */
  private int decode(ByteBuffer changed) throws Exception {
    Transcript transcript =
        new Transcript(RecordingName.of(Given.SESSION, 1), settings.recordings());
    EventSequence sequence = new EventSequence();
    Frame frame = new Frame();
    int frames = 0;
    int at = Segment.FIRST;
    for (int bytes = Frame.check(changed, at, TAG, secret, crc);
        bytes > 0;
        bytes = Frame.check(changed, at, TAG, secret, crc)) {
      frame.point(changed, at, bytes);
      if (frame.type() == Frame.ROLL) {
        break;
      }
      if (!sequence.follows(transcript, frame)) {
        break;
      }
      pen.apply(transcript, frame);
      at += Frame.aligned(bytes);
      frames++;
    }
    if (transcript.dirty()) {
      pen.discard(transcript);
      pen.closeRest(transcript);
      parse(transcript.pendingLines);
      pen.clean(transcript);
      pen.dirty().clear();
    }
    return frames;
  }

  private static void parse(LineBuffer lines) throws Exception {
    LineSource source = new LineSource(new ByteArrayInputStream(lines.bytes(), 0, lines.length()));
    LineParser parser = new LineParser();
    while (source.next()) {
      byte[] bytes = source.bytes();
      boolean header = bytes[source.start() + 2] == 's';
      Line line = parser.parse(bytes, source.start(), source.length(), header ? 1 : 2);
      assertThat(Optional.of(line)).isPresent();
    }
    assertThat(source.torn()).isZero();
  }

  /** Reads it; a forged checksum may only have let numbers through that are out of order. */
  private static void assertForms(Path lines) throws Exception {
    try {
      assertThat(Given.read(lines)).isNotEmpty();
    } catch (RecordingDamage damage) {
      assertThat(damage.key()).as(damage.getMessage()).isEqualTo("request");
    }
  }

  private static void clear(Path recordings) throws Exception {
    try (var files = Files.walk(recordings)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all.subList(0, all.size() - 1)) {
        Files.delete(file);
      }
    }
  }
}
