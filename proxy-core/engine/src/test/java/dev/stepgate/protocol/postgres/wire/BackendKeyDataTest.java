package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class BackendKeyDataTest {

  private static void keeps(String notation, BackendKeyData message) {
    Golden.readsAndWrites(notation, message, Golden::decodeBackend, Golden.encoded(message));
    Golden.needsEveryByte(Golden.bytes(notation), Golden::decodeBackend);
  }

  @Test
  void with_the_short_key_of_protocol_3_0() {
    keeps(
        "'K' 0000000c 00003039 cafebabe",
        new BackendKeyData(12345, CancelKey.of(Golden.bytes("cafebabe"))));
  }

  @Test
  void with_the_long_key_of_protocol_3_2() {
    String key = "5a".repeat(256);
    keeps(
        "'K' 00000108 00003039" + key, new BackendKeyData(12345, CancelKey.of(Golden.bytes(key))));
  }

  @Test
  void with_a_key_of_three_bytes_is_refused() {
    assertThat(Golden.backendRefusal("'K' 0000000b 00003039 cafeba"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void with_a_key_of_257_bytes_is_refused() {
    assertThat(Golden.backendRefusal("'K' 00000109 00003039" + "5a".repeat(257)))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(257L, WireException::value)
        .returns(256L, WireException::limit);
  }
}
