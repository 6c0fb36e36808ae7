package dev.stepgate.protocol.postgres.wire;

import org.junit.jupiter.api.Test;

class NotificationResponseTest {

  @Test
  void with_a_payload() {
    Golden.backend(
        "'A' 00000010 0000002a 'jobs' 00 '17' 00",
        new NotificationResponse(42, WireText.of("jobs"), WireText.of("17")));
  }
}
