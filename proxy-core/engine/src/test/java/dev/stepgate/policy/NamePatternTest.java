package dev.stepgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

  @Test
  void each_part_fits_its_part_and_a_star_crosses_no_dot() {
    NamePattern pattern = NamePattern.parse("app.order_*");

    assertThat(pattern.matches(List.of("app", "order_items"))).isTrue();
    assertThat(pattern.matches(List.of("app", "orders"))).isFalse();
    assertThat(pattern.matches(List.of("App", "order_items"))).isFalse();
    assertThat(pattern.matches(List.of("order_items"))).isFalse();
    assertThat(pattern.matches(List.of("db", "app", "order_items"))).isFalse();
    assertThat(NamePattern.parse("*.*").matches(List.of("a.b", "c"))).isTrue();
  }

  @Test
  void quotes_hold_dots_stars_and_quotes() {
    NamePattern pattern = NamePattern.parse("app.\"Odd.*\"\"Name\"");

    assertThat(pattern.matches(List.of("app", "Odd.*\"Name"))).isTrue();
    assertThat(pattern.matches(List.of("app", "Odd.x\"Name"))).isFalse();
    assertThat(pattern).hasToString("app.\"Odd.*\"\"Name\"");
    assertThat(NamePattern.parse(pattern.toString())).isEqualTo(pattern);
  }

  @Test
  void a_name_as_pattern_fits_itself_alone() {
    NamePattern pattern = NamePattern.exactly(List.of("a b", "c*"));

    assertThat(pattern).hasToString("\"a b\".\"c*\"");
    assertThat(NamePattern.parse(pattern.toString())).isEqualTo(pattern);
    assertThat(pattern.matches(List.of("a b", "c*"))).isTrue();
    assertThat(pattern.matches(List.of("a b", "cd"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a.", ".a", "a..b", "\"a", "\"a\"b.c", "a\"b.c", "a b.c", "\"\".a"})
  void refuses(String text) {
    assertThatThrownBy(() -> NamePattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("has ");
  }
}
