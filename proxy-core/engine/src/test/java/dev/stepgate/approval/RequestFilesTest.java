package dev.stepgate.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code docs/specs/approval.md}. */
class RequestFilesTest {

  @TempDir private Path state;

  private Path directory() {
    return state.resolve(RequestFiles.DIRECTORY);
  }

  @Test
  void the_specifications_example_is_read_and_written_alike() throws Exception {
    String page = Files.readString(Path.of("../../docs/specs/approval.md"));
    String example =
        page.lines()
            .filter(line -> line.startsWith("{\"stepgate-approval\""))
            .findFirst()
            .orElseThrow();

    Request request = RequestText.decode(example.getBytes(StandardCharsets.UTF_8));

    assertThat(new String(RequestText.encode(request), StandardCharsets.UTF_8)).isEqualTo(example);
    assertThat(request.state()).isEqualTo(Request.State.APPROVED);
    assertThat(request.answers().get(0).name()).isEqualTo("bob");
  }

  @Test
  void what_is_written_is_there_for_the_next_gateway_and_for_nobody_else() throws Exception {
    Scene scene = new Scene(state);
    Scene.Asker asker = scene.new Asker("delete from \"odd\n\u0007\" -- 'x'");

    Request read = RequestFiles.open(state).find(asker.id()).orElseThrow();

    assertThat(read).isEqualTo(asker.request);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory().resolve(asker.id() + ".json"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void a_file_that_was_being_written_when_the_gateway_died_never_was() throws Exception {
    Scene scene = new Scene(state);
    Scene.Asker asker = scene.new Asker("delete from orders");
    Path half = directory().resolve(".ap-0123456789.json");
    Files.writeString(half, "{\"stepgate-appro");

    scene.restart();

    assertThat(half).doesNotExist();
    assertThat(scene.files.open()).extracting(Request::id).containsExactly(asker.id());
    assertThat(scene.files.warnings()).isEmpty();
  }

  @Test
  void a_damaged_file_counts_for_nothing_and_is_named() throws Exception {
    Scene scene = new Scene(state);
    Scene.Asker asker = scene.new Asker("delete from orders");
    Path file = directory().resolve(asker.id() + ".json");
    String whole = Files.readString(file);
    Files.writeString(file, whole.replace("\"state\":\"asked\"", "\"state\":\"granted\""));
    Files.writeString(directory().resolve("ap-0123456789.json"), whole);

    scene.restart();

    assertThat(scene.files.find(asker.id())).isEmpty();
    assertThat(scene.files.open()).isEmpty();
    assertThat(scene.files.warnings())
        .anyMatch(warning -> warning.contains("unknown state granted"))
        .anyMatch(warning -> warning.contains("it holds " + asker.id()));
  }

  @Test
  void every_key_has_to_be_there() {
    byte[] whole =
        RequestText.encode(
            Request.of(
                "ap-0123456789",
                Scene.question(Scene.SESSION, Scene.job("alice", "4f1c"), "select 1", 1),
                new Scene(state).now));
    String text = new String(whole, StandardCharsets.UTF_8);

    for (String key : java.util.List.of("id", "version", "digest", "count", "expires", "answers")) {
      String without = text.replace("\"" + key + "\":", "\"x" + key + "\":");
      assertThatThrownBy(() -> RequestText.decode(without.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining(key);
    }
  }

  @Test
  void only_so_many_that_ended_are_kept() throws Exception {
    Scene scene = new Scene(state);
    String first = null;
    for (int i = 0; i <= RequestFiles.MAX_ENDED; i++) {
      Request request =
          Request.of(
              String.format("ap-%010d", i),
              Scene.question(Scene.SESSION, Scene.job("alice", "4f1c"), "select " + i, 1),
              scene.now);
      scene.files.add(request);
      scene.files.replace(request.ended(Request.State.CANCELLED, scene.now, "over"));
      scene.pass(Duration.ofMillis(1));
      first = first == null ? request.id() : first;
    }

    assertThat(scene.files.find(first)).isEmpty();
    assertThat(scene.files.ended(10_000)).hasSize(RequestFiles.MAX_ENDED);
    assertThat(directory().resolve(first + ".json")).doesNotExist();
  }
}
