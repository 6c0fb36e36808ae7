package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WireLimitsTest {

  @Test
  void a_limit_is_at_least_one_byte_and_at_most_the_servers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WireLimits(0, 1, 1, 1, 1))
        .withMessageContaining("statement limit is 0 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WireLimits(1, 1, 0x3fff_ffff, 1, 1))
        .withMessageContaining("data limit is 1073741823 bytes");
  }
}
