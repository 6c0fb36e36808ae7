package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example and the script of {@code docs/specs/recording.md} are what the recorder writes. */
class RecordingExampleTest {

  private static final Path SPECIFICATION = Path.of("../../docs/specs/recording.md");
  private static final String HEAD =
      "13b2199020616603634a5376c6c372917c44ec87ac77b3d4ecb30bf9695b79fb";
  private static final String BODIES =
      "0102030405060708090a0b0c0d0e0f10000000210003000075736572006369006461746162617365006f7264"
          + "657273000011"
          + "12131415161718191a1b1c1d1e1f20510000000d73656c65637420370021222324252627"
          + "28292a2b2c2d2e2f30540000002100013f636f6c756d6e3f000000000000000000001700"
          + "04ffffffff0000440000000b00010000000137430000000d53454c4543542031005a0000"
          + "0005493132333435363738393a3b3c3d3e3f40510000001664726f70207461626c65206f"
          + "726465727300";

  private final AtomicLong now = new AtomicLong();
  private byte lastSalt;

  @TempDir private Path directory;

  @Test
  void the_recorder_writes_the_example_byte_for_byte() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings)) {
      write(recorder);
    }
    Path lines = Given.file(settings, Given.SESSION, 1);
    assertThat(Files.readString(lines)).isEqualTo(fenced(0) + "\n");
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(RecordingReader.bodiesOf(lines))))
        .isEqualTo(BODIES);
    assertThat(Given.head(lines)).isEqualTo(new Head(Given.SESSION + "/0001", 7, HEAD, true));
    assertThat(Files.readString(SPECIFICATION)).contains(HEAD);
  }

  @Test
  void the_script_of_the_specification_checks_a_recording_and_names_a_changed_body()
      throws Exception {
    Assumptions.assumeTrue(hasPython(), "no python3 here to run the specification's script with");
    Path lines = directory.resolve("0001.jsonl");
    Path bodies = directory.resolve("0001.bodies");
    Path script = Files.writeString(directory.resolve("check.py"), fenced(1));
    Files.writeString(lines, fenced(0) + "\n");
    byte[] content = HexFormat.of().parseHex(BODIES);
    Files.write(bodies, content);
    assertThat(run("python3", script.toString(), lines.toString())).isEqualTo("7 " + HEAD + "\n");

    content[50] ^= 1;
    Files.write(bodies, content);
    assertThat(run("python3", script.toString(), lines.toString()))
        .contains("line 3: body differs");
  }

  private void write(Recorder recorder) {
    Lane lane = recorder.lane(0, Runnable::run, this::salt, now::get);
    Recording recording =
        lane.open(Given.session(Given.SESSION), Given.connection(Given.SESSION, 1));
    ByteBuffer bodies = ByteBuffer.wrap(HexFormat.of().parseHex(BODIES));
    at(1203);
    recording.note("startup", bodies.slice(16, 33));
    at(5120);
    recording.request(1, Given.QUERY, bodies.slice(65, 14));
    at(6010);
    recording.outcome(1, Outcome.DONE, 1, bodies.slice(95, 66));
    at(9120);
    recording.request(2, Given.QUERY, bodies.slice(177, 23));
    at(9121);
    recording.outcome(2, Outcome.refused("no-drops"), 0, Given.NOTHING);
    at(12_400);
    recording.end("the client closed the connection");
  }

  private void at(long micros) {
    now.set(TimeUnit.MICROSECONDS.toNanos(micros));
  }

  private void salt(byte[] into, int at) {
    for (int i = 0; i < Salts.BYTES; i++) {
      into[at + i] = ++lastSalt;
    }
  }

  /** The {@code index}th block of the specification between fences. */
  private static String fenced(int index) throws IOException {
    List<String> blocks =
        List.of(("\n" + Files.readString(SPECIFICATION)).split("\n```(?:python)?(?=\n)"));
    return blocks.get(2 * index + 1).strip();
  }

  private static boolean hasPython() {
    try {
      return run("python3", "-c", "print(1)").equals("1\n");
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
