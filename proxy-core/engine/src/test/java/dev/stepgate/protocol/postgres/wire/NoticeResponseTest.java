package dev.stepgate.protocol.postgres.wire;

import org.junit.jupiter.api.Test;

class NoticeResponseTest {

  @Test
  void with_its_fields() {
    Golden.backend(
        "'N' 00000020 'S' 'NOTICE' 00 'V' 'NOTICE' 00 'C' '00000' 00 'M' 'ok' 00 00",
        new NoticeResponse(Report.of("NOTICE", "00000", "ok", null, null)));
  }
}
