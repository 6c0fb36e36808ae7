package dev.stepgate.protocol.postgres.wire;

import org.junit.jupiter.api.Test;

class CommandCompleteTest {

  @Test
  void with_its_tag() {
    Golden.backend("'C' 0000000f 'INSERT 0 1' 00", new CommandComplete(WireText.of("INSERT 0 1")));
  }
}
