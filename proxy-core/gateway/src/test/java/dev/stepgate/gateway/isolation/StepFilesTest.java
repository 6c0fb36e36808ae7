package dev.stepgate.gateway.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepFilesTest {

  @Test
  void only_the_owner_can_read_them_and_they_are_gone_in_the_end() throws IOException {
    StepFiles files = StepFiles.write(Map.of("a", "x"), Optional.empty());

    assertThat(Files.getPosixFilePermissions(files.directory()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(files.directory().resolve("a")))
        .isEqualTo(PosixFilePermissions.fromString("r--------"));

    files.close();
    assertThat(files.directory()).doesNotExist();
  }

  @Test
  void what_the_step_put_beside_them_is_left_to_it() throws IOException {
    StepFiles files = StepFiles.write(Map.of("a", "x"), Optional.empty());
    Files.writeString(files.directory().resolve("own"), "y");

    files.close();

    assertThat(files.directory().resolve("a")).doesNotExist();
    assertThat(files.directory().resolve("own")).exists();
    Files.delete(files.directory().resolve("own"));
    Files.delete(files.directory());
  }

  @Test
  void a_name_that_leaves_the_directory_is_refused() {
    assertThatThrownBy(() -> StepFiles.write(Map.of("../a", "x"), Optional.empty()))
        .isInstanceOf(IOException.class);
  }
}
