package dev.stepgate.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.session.SessionId;
import org.junit.jupiter.api.Test;

class SealTest {

  private static final SessionId SESSION = new SessionId("01K8Z3N5Q7R9T1V3X5Z7B9D1F3");

  @Test
  void the_lines_are_what_a_build_log_shows() {
    Seal seal =
        new Seal(SESSION, 42, 1, 0, "/var/lib/s/recordings/x", "aa", "example.com/ci", 1300, "bb");

    assertThat(seal.lines())
        .containsExactly(
            "stepgate: 42 operations, 1 refused, recording /var/lib/s/recordings/x",
            "stepgate-proof: v1 01K8Z3N5Q7R9T1V3X5Z7B9D1F3 aa example.com/ci 1300 bb");
  }

  @Test
  void one_is_not_plural_and_masked_values_are_told_where_there_are_any() {
    Seal seal = new Seal(SESSION, 1, 0, 118, "r", "aa", "o", 1, "bb");

    assertThat(seal.summary())
        .isEqualTo("stepgate: 1 operation, 0 refused, 118 values masked, recording r");
  }
}
