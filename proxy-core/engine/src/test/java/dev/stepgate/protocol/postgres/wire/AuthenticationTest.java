package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class AuthenticationTest {

  @Test
  void of_an_undefined_kind_is_refused() {
    assertThat(Golden.backendRefusal("'R' 00000008 0000000d"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(13L, WireException::value);
  }

  @Test
  void without_a_whole_code_is_refused() {
    assertThat(Golden.backendRefusal("'R' 00000006 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(4L, WireException::limit);
  }
}
