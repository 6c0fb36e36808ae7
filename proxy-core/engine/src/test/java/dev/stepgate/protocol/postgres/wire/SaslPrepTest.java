package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL's saslprep.c makes of a password. */
class SaslPrepTest {

  private static String prepared(String password) {
    return new String(SaslPrep.prepared(password.getBytes(UTF_8)), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "I\u00adX, IX",
    "user, user",
    "\u00aa, a",
    "\u2168, IX",
    "a\u00a0b, a b",
    "a\u200bb, a b",
    "e\u0301, \u00e9",
    "\ufb48, \u05e8\u05bc",
    "a\u3002b\u00e9, a\u3002b\u00e9",
    "\u06271\u0628, \u06271\u0628"
  })
  void maps_and_normalizes(String password, String expected) {
    assertThat(prepared(password)).isEqualTo(expected);
  }

  @Test
  void ascii_stays_as_it_is_with_control_characters_too() {
    assertThat(prepared("a\u0007b")).isEqualTo("a\u0007b");
  }

  /** Each would be changed by normalization if it were not used raw: e + U+0301 is U+00E9. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "e\u0301\u0007",
        "e\u0301\u0085",
        "e\u0301\ue000",
        "e\u0301\ufffd",
        "e\u0301\u2028",
        "e\u0301\u200e",
        "e\u0301\u0340",
        "e\u0301\u2ff0",
        "e\u0301\ufdd0",
        "e\u0301\udb40\udc41",
        "e\u0301\u0221",
        "e\u0301\ud83d\ude00",
        "e\u0301\u0627",
        "\u0627\u0301e",
        "\u0627\u00b2"
      })
  void prohibited_unassigned_or_mixed_text_is_used_raw(String password) {
    assertThat(prepared(password)).isEqualTo(password);
  }

  @Test
  void nothing_left_after_mapping_is_used_raw() {
    assertThat(prepared("\u00ad")).isEqualTo("\u00ad");
  }

  @Test
  void bytes_that_are_not_utf_8_are_used_raw() {
    assertThat(SaslPrep.prepared(new byte[] {'a', (byte) 0xe9})).containsExactly('a', 0xe9);
  }

  @Test
  void the_result_is_never_the_callers_array() {
    byte[] password = {'a'};

    assertThat(SaslPrep.prepared(password)).isEqualTo(password).isNotSameAs(password);
  }
}
