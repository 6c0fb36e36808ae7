package dev.stepgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select x::int from t  | select x::int from t",
        "::set-output name=a::b | \\x3a:set-output name=a::b",
        "a ##[error]b          | a ##\\x5berror]b",
        "naïve 日本 😀         | naïve 日本 😀",
        "back\\slash           | back\\\\slash"
      })
  void text_stays_readable_and_is_no_command_to_a_ci_system(String text, String expected) {
    assertThat(PlainText.escape(text)).isEqualTo(expected);
  }

  @Test
  void indented_commands_are_commands_too() {
    for (String blank :
        List.of("  ", "\u00a0", "\u1680", "\u2003 ", "\u202f", "\u205f", "\u3000")) {
      assertThat(PlainText.escape(blank + "::error::x")).isEqualTo(blank + "\\x3a:error::x");
    }
    assertThat(PlainText.escape("\t::error::x")).isEqualTo("\\t::error::x");
    assertThat(PlainText.escape("\u0085::error::x")).isEqualTo("\\x85::error::x");
  }

  @Test
  void nothing_moves_the_cursor_leaves_the_line_or_hides() {
    assertThat(PlainText.escape("a\u001b[31mb\r\n\tc\u0000\u009b\u202e\u200b\u2028\ud800"))
        .isEqualTo("a\\x1b[31mb\\r\\n\\tc\\x00\\x9b\\u{202e}\\u{200b}\\u{2028}\\u{d800}");
  }

  @Test
  void what_is_too_long_is_cut_and_says_so() {
    assertThat(PlainText.escape("abcdef", 4)).isEqualTo("abc…");
    assertThat(PlainText.escape("abc", 4)).isEqualTo("abc");
  }
}
