package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class CopyFailTest {

  @Test
  void with_its_reason() {
    Golden.frontend("'f' 0000000c 'no more' 00", new CopyFail(WireText.of("no more")));
  }

  @Test
  void without_a_terminator_is_refused() {
    assertThat(Golden.frontendRefusal("'f' 00000007 'abc'"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }
}
