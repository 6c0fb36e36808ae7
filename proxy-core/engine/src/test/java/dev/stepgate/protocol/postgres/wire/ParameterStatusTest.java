package dev.stepgate.protocol.postgres.wire;

import org.junit.jupiter.api.Test;

class ParameterStatusTest {

  @Test
  void with_name_and_value() {
    Golden.backend(
        "'S' 00000011 'TimeZone' 00 'UTC' 00",
        new ParameterStatus(WireText.of("TimeZone"), WireText.of("UTC")));
  }
}
