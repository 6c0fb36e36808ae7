package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class ParseCompleteTest {

  @Test
  void is_its_type() {
    Golden.backend("'1' 00000004", new ParseComplete());
  }

  @Test
  void with_a_body_is_refused() {
    assertThat(Golden.backendRefusal("'1' 00000005 00"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(1L, WireException::value)
        .returns(0L, WireException::limit);
  }
}
