package dev.stepgate.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSourceTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @Test
  void a_file_is_read_anew_each_time_and_its_line_break_is_not_part_of_it() throws Exception {
    FileSource source = new FileSource(file("one\r\n", "rw-------"));
    String first = text(source);
    Files.writeString(source.path(), "two");

    String second = text(source);

    assertThat(first).isEqualTo("one");
    assertThat(second).isEqualTo("two");
  }

  @Test
  void a_file_that_was_opened_to_others_meanwhile_is_refused() throws IOException {
    FileSource source = new FileSource(file("one", "rw-r-----"));

    assertThatThrownBy(source::read)
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("may be read or written by others")
        .hasMessageNotContaining("one");
  }

  @Test
  void a_secret_that_is_too_long_is_refused_with_both_figures() throws IOException {
    FileSource source = new FileSource(file("x".repeat(Secret.MAX_BYTES + 1), "rw-------"));

    assertThatThrownBy(source::read).hasMessageContaining("4097 bytes, more than 4096");
  }

  @Test
  void a_secret_is_wiped_when_closed_and_never_printed() throws Exception {
    Secret secret = new EnvironmentSource("X", name -> "hunter2").read();
    String printed = secret.toString();

    secret.close();

    assertThat(printed).doesNotContain("hunter2");
    assertThatThrownBy(secret::utf8).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_commands_output_is_the_secret_and_is_kept_for_a_while() throws Exception {
    Path counter = directory.resolve("count");
    CommandSource source =
        shell("echo x >> " + counter + "; wc -l < " + counter, LONG, Duration.ofSeconds(10));

    String first = text(source).strip();
    String again = text(source).strip();
    now.set(Instant.EPOCH.plusSeconds(10));
    String later = text(source).strip();

    assertThat(List.of(first, again, later)).containsExactly("1", "1", "2");
  }

  @Test
  void a_command_is_run_again_at_once_when_the_target_refused_what_it_printed() throws Exception {
    Path counter = directory.resolve("count");
    CommandSource source =
        shell("echo x >> " + counter + "; wc -l < " + counter, LONG, Duration.ofHours(1));
    text(source);

    source.refused();

    assertThat(text(source).strip()).isEqualTo("2");
  }

  @Test
  void a_command_sees_only_what_the_configuration_passes_to_it() throws Exception {
    CommandSource source =
        new CommandSource(
            List.of("/bin/sh", "-c", "env | grep -v -e PWD= -e SHLVL= -e _= | sort | tr '\\n' ' '"),
            Map.of("VAULT_ADDR", "here"),
            LONG,
            Duration.ZERO,
            now::get);

    assertThat(text(source).strip())
        .startsWith("LANG=C.UTF-8 PATH=/usr/local/sbin:")
        .endsWith(" VAULT_ADDR=here");
  }

  @Test
  void a_command_that_hangs_is_killed_with_its_children() throws Exception {
    Path pid = directory.resolve("pid");
    CommandSource source =
        shell("sleep 600 & echo $! > " + pid + "; wait", Duration.ofSeconds(1), Duration.ZERO);

    assertThatThrownBy(source::read).hasMessageContaining("did not end within 1000 ms");

    long child = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(child).ifPresent(handle -> handle.onExit().orTimeout(10, SECONDS).join());
    assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void a_command_that_prints_without_end_is_stopped() {
    CommandSource source = shell("yes secret", LONG, Duration.ZERO);

    assertThatThrownBy(source::read).hasMessageContaining("printed more than 4096 bytes");
  }

  @Test
  void a_command_that_fails_gives_its_status_and_nothing_that_it_printed() {
    CommandSource source = shell("echo hunter2; echo hunter2 >&2; exit 3", LONG, Duration.ZERO);

    assertThatThrownBy(source::read)
        .hasMessage("command /bin/sh ended with status 3")
        .hasMessageNotContaining("hunter2");
    assertThat(source.toString()).doesNotContain("hunter2");
  }

  private static final java.util.concurrent.TimeUnit SECONDS =
      java.util.concurrent.TimeUnit.SECONDS;

  private CommandSource shell(String script, Duration timeout, Duration keep) {
    return new CommandSource(List.of("/bin/sh", "-c", script), Map.of(), timeout, keep, now::get);
  }

  private static String text(SecretSource source) throws CredentialException {
    try (Secret secret = source.read()) {
      return new String(secret.utf8(), StandardCharsets.UTF_8);
    }
  }

  private Path file(String text, String permissions) throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
