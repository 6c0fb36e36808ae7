package dev.stepgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "acme/orders, acme/orders, true",
    "acme/orders, acme/Orders, false",
    "acme/orders, acme/orders2, false",
    "acme/orders, xacme/orders, false",
    "acme/*, acme/orders, true",
    "acme/*, acme/, true",
    "acme/*, acme, false",
    "acme/*, acme/orders/evil, false",
    "acme/*, acme-evil/orders, false",
    "*/orders, evil/orders, true",
    "*/orders, evil/x/orders, false",
    "refs/heads/release-*, refs/heads/release-1, true",
    "refs/heads/release-*, refs/heads/release-1/../../main, false",
    "refs/heads/*, refs/heads/feature/x, false",
    "refs/heads/*/*, refs/heads/feature/x, true",
    "refs/heads/release-*, refs/tags/release-1, false",
    "'repo:acme/orders:*', 'repo:acme/orders:environment', true",
    "'repo:acme/orders:*', 'repo:acme/orders:ref:refs', false",
    "'*@acme.example', 'alice@acme.example', true",
    "'*@acme.example', 'alice@evil@acme.example', false",
    "acme.orders, acmeXorders, false",
    "acme/[a-z]*, acme/orders, false",
    "acme/order?, acme/orders, false",
    "**, a/b, false",
    "**, ab, true",
    "*, '', true",
    "'', '', true",
    "'', a, false",
    "a*b*c, aXbYbc, true",
    "a*b*c, aXbYb, false"
  })
  void a_pattern_matches_the_whole_value_and_a_star_no_separator(
      String pattern, String value, boolean matches) {
    assertThat(Glob.matches(pattern, value)).isEqualTo(matches);
  }

  @Test
  void a_line_feed_after_the_name_is_another_name() {
    assertThat(Glob.matches("acme/orders", "acme/orders\n")).isFalse();
  }

  @Test
  void many_stars_take_no_more_than_a_moment() {
    String pattern = "*a".repeat(500) + "b";
    String value = "a".repeat(5_000);

    assertThat(Glob.matches(pattern, value)).isFalse();
  }

  @Test
  void it_agrees_with_the_plain_reading_of_its_own_rule() {
    Random random = new Random(20261124);
    int matched = 0;
    for (int i = 0; i < 50_000; i++) {
      String pattern = word(random, "ab/*");
      String value = word(random, "ab/");
      boolean expected =
          Pattern.matches(pattern.replace("*", "[^/:@]*"), value); // no other metacharacter in it
      assertThat(Glob.matches(pattern, value)).as("%s and %s", pattern, value).isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).isGreaterThan(1_000);
  }

  private static String word(Random random, String letters) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(8); length > 0; length--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }
}
