package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Md5PasswordTest {

  /** Computed apart, by Python's hashlib, from the manual's formula. */
  @Test
  void is_the_manuals_formula() {
    PasswordMessage answer =
        Md5Password.answer(
            WireText.of("alice"),
            "secret".getBytes(US_ASCII),
            new AuthenticationMD5Password(new byte[] {1, 2, 3, 4}));

    assertThat(answer.password().utf8()).isEqualTo("md598a0412b9c31436fc53776e863350083");
  }
}
