package dev.stepgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bit of evidence flipped, every byte in turn: never verified, and the right file is named. */
class FlippedBytesTest {

  private static final int[] BITS = {0x01, 0x80};

  @TempDir private Path directory;

  @Test
  void in_a_state_directory() throws IOException {
    Path state;
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 2);
      given.log.append("{\"kind\":\"approval\"}".getBytes(UTF_8)).join();
      state = GivenState.copy(given.state, directory.resolve("copy"));
      List<Path> files = evidence(state);
      assertThat(files).hasSizeGreaterThan(7);
      for (Path file : files) {
        String name = state.relativize(file).toString();
        flipAll(
            file,
            (offset, bit) -> {
              Report report = Verifier.verify(state, Optional.of(given.verifier()), List.of());
              assertThat(report.verdict()).as("%s byte %d", name, offset).isEqualTo(Verdict.FAILED);
              assertThat(report.findings().get(0).text())
                  .as("%s byte %d bit %d", name, offset, bit)
                  .contains(name);
            });
      }
      assertThat(Verifier.verify(state, Optional.of(given.verifier()), List.of()).verdict())
          .isEqualTo(Verdict.VERIFIED);
    }
  }

  @Test
  void in_a_bundle() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 2);
      given.session(2, 1, 1);
      Path bundle = directory.resolve("bundle");
      new BundleWriter(given.state, GivenState.id(1).value()).write(bundle);
      List<ZipEntry> entries;
      try (ZipReader zip = ZipReader.open(bundle)) {
        entries = List.copyOf(zip.entries().values());
      }
      flipAll(
          bundle,
          (offset, bit) -> {
            Report report = Verifier.verify(bundle, Optional.of(given.verifier()), List.of());
            assertThat(report.verdict()).as("byte %d", offset).isEqualTo(Verdict.FAILED);
            assertThat(report.findings()).isNotEmpty();
            entries.stream()
                .filter(entry -> offset >= entry.content() && offset < entry.end())
                .forEach(
                    entry ->
                        assertThat(report.findings().get(0).text())
                            .as("byte %d, bit %d", offset, bit)
                            .contains(entry.name()));
          });
      assertThat(Verifier.verify(bundle, Optional.of(given.verifier()), List.of()).verdict())
          .isEqualTo(Verdict.VERIFIED);
    }
  }

  private interface Check {
    void accept(int offset, int bit) throws IOException;
  }

  private static void flipAll(Path file, Check check) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int offset = 0; offset < bytes.length; offset++) {
      for (int bit : BITS) {
        bytes[offset] ^= (byte) bit;
        Files.write(file, bytes);
        check.accept(offset, bit);
        bytes[offset] ^= (byte) bit;
      }
    }
    Files.write(file, bytes);
  }

  private static List<Path> evidence(Path state) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(state)) {
      all.filter(Files::isRegularFile).filter(FlippedBytesTest::isEvidence).forEach(files::add);
    }
    return files;
  }

  private static boolean isEvidence(Path file) {
    String path = file.toString();
    return path.contains("/tile/")
        || path.contains("/recordings/")
        || path.endsWith("/log/checkpoint")
        || path.endsWith("/log/key.pub");
  }
}
