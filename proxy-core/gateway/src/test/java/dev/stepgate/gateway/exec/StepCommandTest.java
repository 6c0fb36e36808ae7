package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.gateway.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCommandTest {

  @TempDir private Path directory;

  @Test
  void a_command_is_found_on_the_steps_own_path() {
    assertThatCode(() -> StepCommand.check(List.of("sh"), Map.of("PATH", "/nowhere:/bin")))
        .doesNotThrowAnyException();
    assertThatCode(() -> StepCommand.check(List.of("/bin/sh"), Map.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void what_is_not_there_is_127_and_what_cannot_be_run_is_126() throws Exception {
    Files.writeString(directory.resolve("tool"), "x");

    assertThat(code("no-such-tool\u001b[31m", "/bin")).isEqualTo(127);
    assertThat(code(directory + "/other", "/bin")).isEqualTo(127);
    assertThat(code("", "/bin")).isEqualTo(127);
    assertThat(code("tool", directory.toString())).isEqualTo(126);
    assertThat(code(directory.toString(), "/bin")).isEqualTo(126);
  }

  @Test
  void its_name_is_said_as_plain_text() {
    Failure failure =
        catchThrowableOfType(
            Failure.class, () -> StepCommand.check(List.of("a\u001b[31m"), Map.of()));

    assertThat(failure).hasMessage("a\\x1b[31m: command not found");
  }

  @Test
  void a_word_that_was_not_text_is_refused_and_not_changed() {
    byte[] latin1 = "java\0-jar\0psql\0gr\u00fcn\0".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf8 = "java\0-jar\0psql\0gr\uFFFDn\0".getBytes(StandardCharsets.UTF_8);
    List<String> command = List.of("psql", "gr\uFFFDn");

    assertThatCode(() -> StepCommand.unchanged(command, utf8, StandardCharsets.UTF_8))
        .doesNotThrowAnyException();
    assertThat(
            catchThrowableOfType(
                Failure.class,
                () -> StepCommand.unchanged(command, latin1, StandardCharsets.UTF_8)))
        .hasMessageContaining("not UTF-8 text")
        .extracting(Failure::code)
        .isEqualTo(64);
  }

  private static int code(String command, String path) {
    return catchThrowableOfType(
            Failure.class, () -> StepCommand.check(List.of(command), Map.of("PATH", path)))
        .code();
  }
}
