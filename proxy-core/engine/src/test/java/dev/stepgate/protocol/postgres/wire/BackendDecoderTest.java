package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class BackendDecoderTest {

  @Test
  void an_unknown_type_is_refused_at_its_first_byte() {
    assertThat(Golden.backendRefusal("'Q'"))
        .returns(Fault.TYPE, WireException::fault)
        .returns(81L, WireException::value);
  }

  @Test
  void a_byte_that_is_no_letter_is_refused() {
    assertThat(Golden.backendRefusal("ff"))
        .returns(Fault.TYPE, WireException::fault)
        .returns(255L, WireException::value);
  }

  @Test
  void a_length_below_its_own_is_refused() {
    assertThat(Golden.backendRefusal("'1' 00000003"))
        .returns(Fault.LENGTH, WireException::fault)
        .returns(3L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void a_claim_of_two_gigabytes_is_refused_before_the_body_is_there() {
    assertThat(Golden.backendRefusal("'D' 7fffffff"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(2147483643L, WireException::value)
        .returns(1073741822L, WireException::limit);
  }

  @Test
  void every_named_limit_is_kept() {
    BackendDecoder decoder = new BackendDecoder(new WireLimits(1, 2, 3, 4, 5));

    assertThat(Golden.refusal("'D' 00000008", decoder::decode)).returns(3L, WireException::limit);
    assertThat(Golden.refusal("'E' 00000009", decoder::decode)).returns(4L, WireException::limit);
    assertThat(Golden.refusal("'Z' 0000000a", decoder::decode)).returns(5L, WireException::limit);
    assertThat(decoder.decode(Golden.buffer("'Z' 00000009"))).isNull();
  }
}
