package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class StartupDecoderTest {

  private static WireException refusal(String notation) {
    return Golden.refusal(notation, in -> new StartupDecoder().decode(in));
  }

  @Test
  void a_length_below_a_code_is_refused_before_the_code_is_there() {
    assertThat(refusal("00000007"))
        .returns(Fault.LENGTH, WireException::fault)
        .returns(7L, WireException::value)
        .returns(8L, WireException::limit);
  }

  @Test
  void a_length_above_the_servers_limit_is_refused_before_anything_else_is_there() {
    assertThat(refusal("00002715"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(10_001L, WireException::value)
        .returns(10_000L, WireException::limit);
  }

  @Test
  void a_claim_of_two_gigabytes_is_refused_before_anything_else_is_there() {
    assertThat(refusal("7fffffff")).returns(Integer.MAX_VALUE - 4L, WireException::value);
  }

  @Test
  void a_negative_length_is_refused() {
    assertThat(refusal("ffffffff")).returns(Fault.LENGTH, WireException::fault);
  }

  @Test
  void the_longest_request_is_waited_for() {
    assertThat(new StartupDecoder().decode(Golden.buffer("00002714 00030000"))).isNull();
  }

  @Test
  void another_protocols_first_bytes_are_refused() {
    assertThat(refusal("'GET / HTTP/1.1'")).returns(Fault.LIMIT, WireException::fault);
  }

  @Test
  void protocol_2_is_refused_with_its_version() {
    assertThat(refusal("00000128 00020000"))
        .returns(Fault.VERSION, WireException::fault)
        .returns(2L, WireException::value);
  }

  @Test
  void protocol_4_is_refused_with_its_version() {
    assertThat(refusal("00000009 00040000 00"))
        .returns(Fault.VERSION, WireException::fault)
        .returns(4L, WireException::value);
  }

  @Test
  void an_unknown_request_code_is_refused() {
    assertThat(refusal("00000008 04d2162d")).returns(Fault.VERSION, WireException::fault);
  }

  @Test
  void a_tls_handshake_is_seen_by_its_first_byte() {
    assertThat(StartupDecoder.isTlsHandshake(Golden.buffer("16 03 01"))).isTrue();
    assertThat(StartupDecoder.isTlsHandshake(Golden.buffer("00000008 04d2162f"))).isFalse();
    assertThat(StartupDecoder.isTlsHandshake(Golden.buffer(""))).isFalse();
  }

  @Test
  void requests_behind_one_another_are_taken_one_by_one() {
    ByteBuf in = Golden.buffer("00000008 04d21630 00000008 04d2162f 00");
    StartupDecoder decoder = new StartupDecoder();

    assertThat(decoder.decode(in)).isEqualTo(new GSSENCRequest());
    assertThat(decoder.decode(in)).isEqualTo(new SSLRequest());
    assertThat(decoder.decode(in)).isNull();
    assertThat(in.readableBytes()).isEqualTo(1);
  }
}
