package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class AuthenticationOkTest {

  @Test
  void is_its_code() {
    Golden.backend("'R' 00000008 00000000", new AuthenticationOk());
  }

  @Test
  void with_anything_behind_its_code_is_refused() {
    assertThat(Golden.backendRefusal("'R' 00000009 00000000 00"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(1L, WireException::value)
        .returns(0L, WireException::limit);
  }
}
