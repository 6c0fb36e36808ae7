package dev.stepgate.protocol.postgres.wire;

import org.junit.jupiter.api.Test;

class CopyDoneTest {

  @Test
  void from_the_client() {
    Golden.frontend("'c' 00000004", new CopyDone());
  }

  @Test
  void from_the_server() {
    Golden.backend("'c' 00000004", new CopyDone());
  }
}
