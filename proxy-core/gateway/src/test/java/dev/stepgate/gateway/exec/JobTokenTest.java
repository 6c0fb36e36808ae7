package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.gateway.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTokenTest {

  private static final Map<String, String> BOTH =
      Map.of(JobToken.VARIABLE, "usual.one.x", "OTHER", "other.one.x");

  @TempDir private Path directory;

  @Test
  void the_usual_variable_is_read_and_withheld() throws Failure {
    JobToken token = JobToken.of(null, null, BOTH);

    assertThat(token.text()).contains("usual.one.x");
    assertThat(token.variables()).containsExactly(JobToken.VARIABLE);
  }

  @Test
  void a_token_that_was_not_shown_is_withheld_from_the_step_too() throws Exception {
    Path file = directory.resolve("token");
    Files.writeString(file, "third.one.x\n");

    JobToken named = JobToken.of(null, "OTHER", BOTH);
    JobToken read = JobToken.of(file, null, BOTH);

    assertThat(named.text()).contains("other.one.x");
    assertThat(named.variables()).containsExactlyInAnyOrder("OTHER", JobToken.VARIABLE);
    assertThat(read.text()).contains("third.one.x");
    assertThat(read.variables()).containsExactly(JobToken.VARIABLE);
  }

  @Test
  void a_named_variable_that_is_not_set_is_an_error_and_no_fallback() {
    assertThatThrownBy(() -> JobToken.of(null, "MISSING", BOTH))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("MISSING");
  }
}
