package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SSLRequestTest {

  @Test
  void is_eight_bytes() {
    Golden.startup("00000008 04d2162f", new SSLRequest());
  }

  @Test
  void with_anything_behind_its_code_is_refused() {
    WireException refusal =
        Golden.refusal("00000009 04d2162f", in -> new StartupDecoder().decode(in));

    assertThat(refusal)
        .returns(WireException.Fault.LENGTH, WireException::fault)
        .returns(9L, WireException::value)
        .returns(8L, WireException::limit);
  }
}
