package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class FrontendDecoderTest {

  @Test
  void an_unknown_type_is_refused_at_its_first_byte() {
    assertThat(Golden.frontendRefusal("'a'"))
        .returns(Fault.TYPE, WireException::fault)
        .returns(97L, WireException::value);
  }

  @Test
  void a_password_has_no_place_in_an_open_session() {
    assertThat(Golden.frontendRefusal("'p'"))
        .returns(Fault.TYPE, WireException::fault)
        .returns(112L, WireException::value);
  }

  @Test
  void a_servers_message_is_refused() {
    assertThat(Golden.frontendRefusal("'Z' 00000005 'I'"))
        .returns(Fault.TYPE, WireException::fault)
        .returns(90L, WireException::value);
  }

  @Test
  void a_length_below_its_own_is_refused() {
    assertThat(Golden.frontendRefusal("'S' 00000003"))
        .returns(Fault.LENGTH, WireException::fault)
        .returns(3L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void a_negative_length_is_refused() {
    assertThat(Golden.frontendRefusal("'Q' 80000000"))
        .returns(Fault.LENGTH, WireException::fault)
        .returns(-2147483648L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void a_claim_of_two_gigabytes_is_refused_before_the_body_is_there() {
    assertThat(Golden.frontendRefusal("'d' 7fffffff"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(2147483643L, WireException::value)
        .returns(1073741822L, WireException::limit);
  }

  @Test
  void messages_behind_one_another_are_taken_one_by_one() {
    ByteBuf in = Golden.buffer("'H' 00000004 'S' 00000004 'X' 000000");

    assertThat(Golden.decodeFrontend(in)).isEqualTo(new Flush());
    assertThat(Golden.decodeFrontend(in)).isEqualTo(new Sync());
    assertThat(Golden.decodeFrontend(in)).isNull();
    assertThat(in.readableBytes()).isEqualTo(4);
  }

  @Test
  void a_field_cannot_reach_into_the_next_message() {
    assertThat(Golden.frontendRefusal("'Q' 00000005 'a' 'S' 00000004"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void every_named_limit_is_kept() {
    FrontendDecoder decoder = new FrontendDecoder(new WireLimits(1, 2, 3, 4, 5));

    assertThat(Golden.refusal("'P' 00000006", decoder::decode)).returns(1L, WireException::limit);
    assertThat(Golden.refusal("'B' 00000007", decoder::decode)).returns(2L, WireException::limit);
    assertThat(Golden.refusal("'d' 00000008", decoder::decode)).returns(3L, WireException::limit);
    assertThat(Golden.refusal("'E' 0000000a", decoder::decode)).returns(5L, WireException::limit);
    assertThat(decoder.decode(Golden.buffer("'E' 00000009"))).isNull();
  }
}
