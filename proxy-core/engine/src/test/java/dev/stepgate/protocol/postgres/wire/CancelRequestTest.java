package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class CancelRequestTest {

  private static WireException refusal(String notation) {
    return Golden.refusal(notation, in -> new StartupDecoder().decode(in));
  }

  @Test
  void with_the_short_key_of_protocol_3_0() {
    Golden.startup(
        "00000010 04d2162e 00000a0b deadbeef",
        new CancelRequest(0x0a0b, CancelKey.of(Golden.bytes("deadbeef"))));
  }

  @Test
  void with_the_longest_key_of_protocol_3_2() {
    String key = "ab".repeat(256);
    Golden.startup(
        "0000010c 04d2162e ffffffff" + key, new CancelRequest(-1, CancelKey.of(Golden.bytes(key))));
  }

  @Test
  void with_a_key_of_three_bytes_is_refused() {
    assertThat(refusal("0000000f 04d2162e 00000001 aabbcc"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void with_a_key_of_257_bytes_is_refused_before_the_key_is_there() {
    assertThat(refusal("0000010d 04d2162e")).returns(269L, WireException::value);
  }

  @Test
  void without_a_whole_process_id_is_refused() {
    assertThat(refusal("0000000a 04d2162e 0000")).returns(Fault.COUNT, WireException::fault);
  }

  @Test
  void its_text_shows_no_key() {
    CancelRequest request = new CancelRequest(1, CancelKey.of(Golden.bytes("'abcd'")));

    assertThat(request.toString()).doesNotContain("abcd").doesNotContain("61626364");
  }
}
