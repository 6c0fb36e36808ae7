package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthenticationGSSContinueTest {

  @Test
  void carries_the_mechanisms_bytes() {
    AuthenticationGSSContinue message = new AuthenticationGSSContinue(new byte[] {'v', '='});

    Golden.readsAndWrites(
        "'R' 0000000a 00000008 'v='", message, Golden::decodeBackend, Golden.encoded(message));
    assertThat(message.data()).containsExactly('v', '=');
    assertThat(message.toString()).doesNotContain("v=");
  }

  @Test
  void may_carry_none() {
    AuthenticationGSSContinue message = new AuthenticationGSSContinue(new byte[0]);

    Golden.readsAndWrites(
        "'R' 00000008 00000008", message, Golden::decodeBackend, Golden.encoded(message));
  }
}
