package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What stands in a recording's files is zeroed in the journal, or withholding it there one day
 * would leave it here.
 */
class JournalWipedTest {

  private static final String SECRET = "insert into people values ('Ada')";
  private static final int SEGMENT = 8 << 10;
  private static final int LOOKS = 400;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Durability.class)
  void a_segment_is_zeroed_once_the_next_is_written_to(Durability durability) throws Exception {
    RecordingSettings settings = settings(durability);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.bytes(SECRET)));
      assertThat(holding(settings)).hasSize(1);

      for (int i = 0; i < 8; i++) {
        lane.run(() -> recording.note("more", Given.bytes("x".repeat(SEGMENT / 4))));
      }

      for (int i = 0; i < LOOKS && !holding(settings).isEmpty(); i++) {
        TimeUnit.MILLISECONDS.sleep(25);
      }
      assertThat(holding(settings)).isEmpty();
    }
    assertThat(
            Files.readString(
                Given.file(settings, Given.SESSION, 1).resolveSibling("0001.bodies"),
                StandardCharsets.ISO_8859_1))
        .contains(SECRET);
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void nothing_is_left_after_an_orderly_end(Durability durability) throws Exception {
    RecordingSettings settings = settings(durability);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      write(lane);
    }

    assertThat(holding(settings)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void nothing_is_left_after_a_recovery(Durability durability) throws Exception {
    RecordingSettings settings = settings(durability);
    RecordingSettings crashed =
        RecordingSettings.of(directory.resolve("crashed"), durability).withJournal(SEGMENT, 8);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      write(lane);
      Given.copy(settings.journal(), crashed.journal());
      Given.copy(settings.recordings(), crashed.recordings());
    }
    Path owner = crashed.journal().resolve("owner");
    Files.writeString(owner, "process 1 since then\n" + Files.readAllLines(owner).get(1) + "\n");
    assertThat(holding(crashed)).hasSize(1);

    Given.recorder(crashed).close();

    assertThat(holding(crashed)).isEmpty();
    assertThat(Given.read(Given.file(crashed, Given.SESSION, 1))).hasSize(4);
  }

  private static void write(Given.TestLane lane) {
    Recording recording = lane.open(Given.SESSION, 1);
    lane.run(
        () -> {
          recording.request(1, Given.QUERY, Given.bytes(SECRET));
          recording.outcome(1, Outcome.DONE, 1, Given.NOTHING);
        });
  }

  private RecordingSettings settings(Durability durability) {
    return RecordingSettings.of(directory.resolve("state"), durability).withJournal(SEGMENT, 8);
  }

  /** The journal's files that hold the secret. */
  private static List<Path> holding(RecordingSettings settings) throws IOException {
    try (Stream<Path> files = Files.walk(settings.journal())) {
      return files.filter(Files::isRegularFile).filter(JournalWipedTest::holds).toList();
    }
  }

  private static boolean holds(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
