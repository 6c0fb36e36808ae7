package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordMessageTest {

  @Test
  void is_read_where_a_password_was_asked_for() {
    PasswordMessage message = new PasswordMessage(WireText.of("secret"));

    Golden.check(
        "'p' 0000000b 'secret' 00",
        message,
        in -> new AuthenticationResponses().password(in),
        Golden.encoded(message));
  }

  @Test
  void its_text_shows_no_password() {
    assertThat(new PasswordMessage(WireText.of("secret")).toString()).doesNotContain("secret");
  }
}
