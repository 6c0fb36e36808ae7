package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the build log says first of the connections: how their rules count. */
class StepHeaderTest {

  @Test
  void a_connection_with_rules_stands_with_its_mode() {
    assertThat(Step.effect(List.of("orders-db", "stock-db"), List.of("enforce", "observe")))
        .isEqualTo("orders-db enforce, stock-db observe");
  }

  @Test
  void a_connection_without_rules_says_what_that_means() {
    assertThat(Step.effect(List.of("orders-db"), List.of("none")))
        .isEqualTo("orders-db: no rules, everything is allowed and recorded");
  }

  @Test
  void what_has_no_rules_stands_behind_what_has() {
    assertThat(Step.effect(List.of("a", "b", "c"), List.of("none", "enforce", "none")))
        .isEqualTo("b enforce, a, c: no rules, everything is allowed and recorded");
  }
}
