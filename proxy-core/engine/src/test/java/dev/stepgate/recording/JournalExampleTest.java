package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/specs/journal.md} is a segment that a gateway recovers. */
class JournalExampleTest {

  private static final Path SPECIFICATION = Path.of("../../docs/specs/journal.md");
  private static final Path RECORDING = Path.of("../../docs/specs/recording.md");
  private static final Pattern DUMPED =
      Pattern.compile("^[0-9a-f]{4}  ((?: {1,2}[0-9a-f]{2}){1,16})", Pattern.MULTILINE);

  @TempDir private Path directory;

  @Test
  void the_example_is_recovered_as_the_text_beside_it_says() throws Exception {
    RecordingSettings settings =
        RecordingSettings.of(directory, Durability.PROCESS).withJournal(4 << 10, 4);
    Path segment = settings.journal().resolve("0/0.segment");
    Files.createDirectories(segment.getParent());
    Files.write(segment, java.util.Arrays.copyOf(example(), 4 << 10));

    Given.recorder(settings).close();

    List<Line> lines = Given.read(Given.file(settings, Given.SESSION, 1));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).isInstanceOf(Line.Header.class);
    assertThat(((Line.Request) lines.get(1)).operation()).isEqualTo(1);
    assertThat(lines.get(1).time()).isEqualTo(5120);
    assertThat(lines.get(1).body().size()).isEqualTo(14);
    assertThat(((Line.End) lines.get(2)).reason()).isEqualTo("the gateway died");
    assertThat(Files.readString(SPECIFICATION)).contains(Given.SESSION + "/0001", "`select 7`");
  }

  @Test
  void the_numbers_of_the_tables_are_those_of_the_code() throws IOException {
    String text = Files.readString(SPECIFICATION);

    assertThat(text)
        .contains("| " + Frame.OPEN + " | opening | durability: 1 `process`, 2 `disk` |")
        .contains("| " + Frame.NOTE + " | note |", "| " + Frame.REQUEST + " | request |")
        .contains("| " + Frame.DATA + ", " + Frame.RESPONSE + ", " + Frame.REST + " | data,")
        .contains("| " + Frame.OUTCOME + " | outcome |", "| " + Frame.END + " | end |")
        .contains("| " + Frame.ROLL + " | roll |")
        .contains(
            "| " + Frame.TIME + " | 8 | microseconds", "| " + Frame.EVENT + " | 8 | the event")
        .contains("| " + Frame.TEXT + " | 8 | length", "| " + Frame.HEADER + " | | text");
    assertThat(Durability.of((byte) 1)).isEqualTo(Durability.PROCESS);
    assertThat(Durability.of((byte) 2)).isEqualTo(Durability.DISK);
    assertThat(Files.readString(RECORDING))
        .contains(words(dev.stepgate.operation.Operation.Kind.values()))
        .contains(words(dev.stepgate.operation.Outcome.Status.values()));
  }

  private static String words(Enum<?>[] values) {
    StringBuilder words = new StringBuilder("`");
    for (Enum<?> value : values) {
      words.append(words.length() > 1 ? " " : "");
      words.append(value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    }
    return words.append('`').toString();
  }

  private static byte[] example() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (MatchResult line : DUMPED.matcher(Files.readString(SPECIFICATION)).results().toList()) {
      bytes.writeBytes(HexFormat.of().parseHex(line.group(1).replace(" ", "")));
    }
    return bytes.toByteArray();
  }
}
