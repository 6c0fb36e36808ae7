package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class FunctionCallResponseTest {

  @Test
  void with_a_value() {
    Golden.backend("'V' 0000000a 00000002 'ab'", new FunctionCallResponse(Golden.buffer("'ab'")));
  }

  @Test
  void with_null() {
    Golden.backend("'V' 00000008 ffffffff", new FunctionCallResponse(null));
  }

  @Test
  void with_a_value_longer_than_the_message_is_refused() {
    assertThat(Golden.backendRefusal("'V' 0000000a 00000003 'ab'"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(2L, WireException::limit);
  }
}
