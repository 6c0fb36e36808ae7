package dev.stepgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "orders, orders, true",
    "orders, Orders, false",
    "orders, orders2, false",
    "order*, orders, true",
    "order*, order, true",
    "*ers, orders, true",
    "o*s, os, true",
    "o*s, o, false",
    "a*a, a, false",
    "*, '', true",
    "*, a/b:c, true",
    "'', '', true",
    "'', a, false",
    "*ab*ab*, abab, true",
    "*ab*ab*, aba, false",
    "*aab*, aaab, true",
    "x*aab*y, xaaaby, true",
    "x*b*y, xby, true",
    "**, '', true",
    "a.c, abc, false"
  })
  void fits(String pattern, String value, boolean fits) {
    assertThat(Wildcard.of(pattern).matches(value)).isEqualTo(fits);
  }

  @Test
  void a_literal_holds_stars_that_are_stars() {
    assertThat(Wildcard.literal("a*").matches("a*")).isTrue();
    assertThat(Wildcard.literal("a*").matches("ab")).isFalse();
  }

  @Test
  void agrees_with_a_regular_expression_on_random_texts() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String pattern = random(random, "aab*", 7);
      String value = random(random, "aab", 10);
      String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
      assertThat(Wildcard.of(pattern).matches(value))
          .as(pattern + " and " + value)
          .isEqualTo(value.matches(regex));
    }
  }

  @Test
  void a_hostile_text_costs_no_more_than_its_length() {
    String text = "a".repeat(4 << 20);
    Wildcard hostile = Wildcard.of("*" + ("a".repeat(500) + "b*").repeat(7));

    // Compared character by character at each place, this takes 2 * 10^9 steps: seconds.
    assertThat(hostile.matches(text)).isFalse();
  }

  private static String random(Random random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most); n > 0; n--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
