package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WireTextTest {

  @Test
  void is_equal_by_bytes() {
    assertThat(WireText.of("a")).isEqualTo(WireText.of("a")).hasSameHashCodeAs(WireText.of("a"));
    assertThat(WireText.of("a")).isNotEqualTo(WireText.of("b")).isNotEqualTo("a");
    assertThat(WireText.of("")).isSameAs(WireText.EMPTY);
  }

  @Test
  void is_read_in_the_encoding_that_the_reader_knows() {
    WireText text = WireText.ofBytes(new byte[] {(byte) 0xe9});

    assertThat(text.string(StandardCharsets.ISO_8859_1)).isEqualTo("é");
    assertThat(text.utf8()).isNull();
    assertThat(text.toString()).isEqualTo("\ufffd");
  }

  @Test
  void what_cannot_stand_in_a_message_cannot_be_made() {
    assertThatIllegalArgumentException().isThrownBy(() -> WireText.of("a\0b"));
    assertThatIllegalArgumentException().isThrownBy(() -> WireText.of("\udc00"));
  }

  @Test
  void its_bytes_are_a_copy() {
    WireText text = WireText.of("ab");
    text.bytes()[0] = 'x';

    assertThat(text.utf8()).isEqualTo("ab");
  }
}
