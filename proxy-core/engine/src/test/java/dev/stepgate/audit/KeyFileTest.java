package dev.stepgate.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

  private static final String ORIGIN = Origin.of("test");

  @TempDir private Path directory;
  private Path state;
  private Path file;

  @BeforeEach
  void layout() throws IOException {
    state = Files.createDirectory(directory.resolve("state"));
    file = directory.resolve("keys/log.key");
  }

  @Test
  void a_key_is_made_for_its_owner_alone_and_stays() throws IOException {
    VerifierKey made = KeyFile.open(file, ORIGIN, state).verifier();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(Files.readString(file)).startsWith("PRIVATE+KEY+stepgate/test+").endsWith("\n");
    assertThat(Files.readString(directory.resolve("keys/log.key.pub")))
        .isEqualTo(made.text() + "\n");
    assertThat(KeyFile.open(file, ORIGIN, state).verifier()).isEqualTo(made);
    try (var list = Files.list(file.getParent())) {
      assertThat(list).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
  void a_key_that_others_may_touch_is_refused(String mode) throws IOException {
    KeyFile.open(file, ORIGIN, state);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertRefused(file, ORIGIN, "is open to others (mode " + mode + ")");
  }

  @Test
  void a_key_in_a_directory_that_others_may_write_is_refused() throws IOException {
    KeyFile.open(file, ORIGIN, state);
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwx---"));
    assertRefused(file, ORIGIN, "lies in a directory that others may write");
  }

  @Test
  void a_key_inside_the_state_directory_is_refused_also_behind_a_link() throws IOException {
    assertRefused(state.resolve("log.key"), ORIGIN, "lies inside the state directory");
    Path inside = Files.createDirectory(state.resolve("keys"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), inside);
    assertRefused(link.resolve("log.key"), ORIGIN, "lies inside the state directory");
    KeyFile.open(file, ORIGIN, state);
    Files.move(file, inside.resolve("log.key"));
    Files.createSymbolicLink(file, inside.resolve("log.key"));
    assertRefused(file, ORIGIN, "lies inside the state directory");
  }

  @Test
  void a_key_of_another_log_is_refused() {
    KeyFile.open(file, ORIGIN, state);
    assertRefused(
        file, Origin.of("other"), "is of the log stepgate/test, this one is stepgate/other");
  }

  @Test
  void no_new_key_is_made_for_an_old_log() throws IOException {
    Files.createDirectory(state.resolve("log"));
    Files.writeString(state.resolve("log/checkpoint"), "anything");
    assertRefused(file, ORIGIN, "a new key cannot continue an old log");
    assertThat(file).doesNotExist();
  }

  @Test
  void a_damaged_key_is_refused_without_repeating_it() throws IOException {
    KeyFile.open(file, ORIGIN, state);
    String text = Files.readString(file);
    // PRIVATE+KEY+name+id+base64, where base64 may hold a '+' of its own
    String seed = text.split("\\+", 5)[4].strip();
    assertThat(seed).startsWith("A"); // the algorithm's byte, 0x01
    Files.writeString(file, text.replace(seed, "B" + seed.substring(1)));
    assertThatThrownBy(() -> KeyFile.open(file, ORIGIN, state))
        .isInstanceOf(LogException.class)
        .hasMessageNotContaining(seed.substring(8));
  }

  @Test
  void a_verifier_key_beside_it_of_another_key_is_refused() throws IOException {
    KeyFile.open(file, ORIGIN, state);
    Path other = directory.resolve("others/log.key");
    KeyFile.open(other, ORIGIN, state);
    Files.delete(directory.resolve("keys/log.key.pub"));
    Files.copy(directory.resolve("others/log.key.pub"), directory.resolve("keys/log.key.pub"));
    assertRefused(file, ORIGIN, "is not the public half");
  }

  private void assertRefused(Path key, String origin, String why) {
    assertThatThrownBy(() -> KeyFile.open(key, origin, state))
        .isInstanceOf(LogException.class)
        .hasMessageContaining(why);
  }
}
