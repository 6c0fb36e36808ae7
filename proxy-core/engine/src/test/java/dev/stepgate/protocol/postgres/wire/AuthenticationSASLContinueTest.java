package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthenticationSASLContinueTest {

  @Test
  void carries_the_mechanisms_bytes() {
    AuthenticationSASLContinue message = new AuthenticationSASLContinue(new byte[] {'v', '='});

    Golden.readsAndWrites(
        "'R' 0000000a 0000000b 'v='", message, Golden::decodeBackend, Golden.encoded(message));
    assertThat(message.data()).containsExactly('v', '=');
    assertThat(message.toString()).doesNotContain("v=");
  }

  @Test
  void may_carry_none() {
    AuthenticationSASLContinue message = new AuthenticationSASLContinue(new byte[0]);

    Golden.readsAndWrites(
        "'R' 00000008 0000000b", message, Golden::decodeBackend, Golden.encoded(message));
  }
}
