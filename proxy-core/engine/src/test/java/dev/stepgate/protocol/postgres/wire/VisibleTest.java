package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTest {

  private static String shown(String text) {
    return Visible.text(text.getBytes(UTF_8), Integer.MAX_VALUE);
  }

  private static String shownBytes(String hex) {
    return Visible.text(Golden.bytes(hex), Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "it's plain, é and 漢 and 😀; it's plain, é and 漢 and 😀",
        "x\u001b[31mred; x\\u{1b}[31mred",
        "a\u009b31m; a\\u{9b}31m",
        "a\u202eb; a\\u{202e}b",
        "a\u2066b; a\\u{2066}b",
        "a\u200bb; a\\u{200b}b",
        "a\ufeffb; a\\u{feff}b",
        "a\u2028b; a\\u{2028}b",
        "a\u007fb; a\\u{7f}b",
        "a\ue000b; a\\u{e000}b",
        "##[error]x; #\\u{23}[error]x",
        "###; #\\u{23}#",
        "C:\\path; C:\\path",
        "C:\\new; C:\\\\new",
        "\\x01; \\x01",
        "\\x{01}; \\\\x{01}",
        "\\\\; \\\\\\"
      },
      delimiter = ';')
  void text_of_others_is_made_harmless(String text, String expected) {
    assertThat(shown(text)).isEqualTo(expected);
  }

  @Test
  void line_ends_and_tabs_are_spelled() {
    assertThat(shown("a\r\nb\tc")).isEqualTo("a\\r\\nb\\tc");
  }

  @ParameterizedTest
  @CsvSource({
    "ff, \\x{ff}",
    "c080, \\x{c0}\\x{80}",
    "e08080, \\x{e0}\\x{80}\\x{80}",
    "eda080, \\x{ed}\\x{a0}\\x{80}",
    "f0808080, \\x{f0}\\x{80}\\x{80}\\x{80}",
    "f4908080, \\x{f4}\\x{90}\\x{80}\\x{80}",
    "e9, \\x{e9}",
    "61c3, a\\x{c3}",
    "c361, \\x{c3}a",
    "e282, \\x{e2}\\x{82}"
  })
  void bytes_that_are_no_utf_8_are_told_one_by_one(String hex, String expected) {
    assertThat(shownBytes(hex)).isEqualTo(expected);
  }

  @Test
  void what_is_too_long_is_cut_and_its_length_told() {
    assertThat(Visible.text("abcdef".getBytes(UTF_8), 4)).isEqualTo("abcd… (6 bytes)");
    assertThat(Visible.text("abcd".getBytes(UTF_8), 4)).isEqualTo("abcd");
    assertThat(Visible.hex(new byte[6], 4)).isEqualTo("\\x0000… (6 bytes)");
    assertThat(Visible.hex(new byte[2], 4)).isEqualTo("\\x0000");
  }

  /** The JDK's decoder is the judge of what is UTF-8. */
  @Test
  void agrees_with_the_jdk_on_what_utf_8_is() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] bytes = new byte[3];
    for (int i = 0; i < 50_000; i++) {
      random.nextBytes(bytes);
      boolean valid = WireText.utf8(bytes) != null;
      assertThat(Visible.text(bytes, 9).contains("\\x{")).isEqualTo(!valid);
    }
  }
}
