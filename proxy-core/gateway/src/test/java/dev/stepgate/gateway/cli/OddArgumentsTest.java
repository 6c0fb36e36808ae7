package dev.stepgate.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.gateway.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that are none and numbers that count nothing get a sentence, and nothing waits for them.
 */
@Timeout(60)
class OddArgumentsTest {

  @TempDir private Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @BeforeEach
  void listen() {
    PrintStream listening = new PrintStream(said, true, UTF_8);
    System.setOut(listening);
    System.setErr(listening);
  }

  @AfterEach
  void listenNoMore() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void a_pipe_or_a_device_is_no_bundle() throws Exception {
    assertThat(run("verify", pipe("bundle"))).isEqualTo(ExitCode.BAD);
    assertThat(run("verify", "/dev/zero")).isEqualTo(ExitCode.BAD);

    assertThat(said()).contains("bundle", "is no regular file", "FAILED");
  }

  @Test
  void a_pipe_or_a_device_is_no_checkpoint_and_no_key() throws Exception {
    String bundle = Files.createFile(directory.resolve("b.stepgate")).toString();

    assertThat(run("verify", bundle, "--checkpoint", pipe("log"))).isEqualTo(ExitCode.USAGE);
    assertThat(run("verify", bundle, "--checkpoint", "/dev/zero")).isEqualTo(ExitCode.USAGE);
    assertThat(run("verify", bundle, "--key", pipe("key"))).isEqualTo(ExitCode.USAGE);

    assertThat(said()).contains("--checkpoint", "/dev/zero", "--key");
    assertThat(said().split("is no regular file", -1)).hasSize(4);
  }

  @Test
  void a_pipe_within_a_state_directory_is_a_finding() throws Exception {
    Path log = Files.createDirectories(directory.resolve("state/log"));
    pipe("state/log/checkpoint");

    int exit = run("verify", log.getParent().toString());

    assertThat(exit).isEqualTo(ExitCode.BAD);
    assertThat(said()).contains("checkpoint is no regular file", "FAILED");
  }

  @Test
  void a_directory_or_a_pipe_is_no_recording() throws Exception {
    Path recording = Files.createDirectory(directory.resolve("0001.jsonl"));

    assertThat(run("replay", recording.toString())).isEqualTo(ExitCode.BAD);
    assertThat(run("replay", pipe("0002.jsonl"))).isEqualTo(ExitCode.BAD);
    assertThat(run("replay", directory.resolve("0003.jsonl").toString())).isEqualTo(ExitCode.BAD);

    assertThat(said())
        .contains("is a directory", "is no regular file", "does not exist")
        .doesNotContain("Exception", "stepgate: failed");
  }

  @ParameterizedTest
  @CsvSource({
    "serve --drain=-1, --drain is -1",
    "sessions list --last=-1, --last is -1",
    "replay x.jsonl --value-chars=0, --value-chars is 0",
  })
  void a_number_that_counts_nothing_is_refused(String words, String sentence) {
    assertThat(run(words.split(" "))).isEqualTo(ExitCode.USAGE);

    assertThat(said()).contains(sentence);
  }

  private static int run(String... words) {
    return CommandTree.run(words);
  }

  private String said() {
    return said.toString(UTF_8);
  }

  private String pipe(String name) throws IOException, InterruptedException {
    Path pipe = directory.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe.toString();
  }
}
