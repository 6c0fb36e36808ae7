package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FormatsTest {

  @Test
  void none_means_text_one_means_all_and_else_each_its_own() {
    assertThat(Formats.NONE.binary(3)).isFalse();
    assertThat(Formats.of(1).binary(3)).isTrue();
    assertThat(Formats.of(0, 1).binary(0)).isFalse();
    assertThat(Formats.of(0, 1).binary(1)).isTrue();
  }

  @Test
  void any_other_code_cannot_be_made() {
    assertThatIllegalArgumentException().isThrownBy(() -> Formats.of(2));
    assertThatIllegalArgumentException().isThrownBy(() -> Formats.of(new int[65_536]));
  }
}
