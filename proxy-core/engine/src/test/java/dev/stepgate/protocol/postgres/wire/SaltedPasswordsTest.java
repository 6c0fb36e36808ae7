package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SaltedPasswordsTest {

  private final SaltedPasswords salted = new SaltedPasswords(new SecureRandom());

  @Test
  void what_is_remembered_is_what_would_be_derived() {
    for (int round = 0; round < 2; round++) {
      for (String password : new String[] {"a", "b"}) {
        for (byte salt = 0; salt < 2; salt++) {
          for (int iterations = 1; iterations < 3; iterations++) {
            byte[] bytes = password.getBytes(UTF_8);
            byte[] with = {salt};
            byte[] of = salted.of(bytes, with, iterations);

            assertThat(of).isEqualTo(ScramHash.saltedPassword(bytes, with, iterations));
            of[0]++;
          }
        }
      }
    }
  }

  @Test
  void the_oldest_is_forgotten_and_derived_again() {
    byte[] password = "p".getBytes(UTF_8);
    for (int i = 0; i < 3 * SaltedPasswords.MAX; i++) {
      byte[] salt = {(byte) (i % (2 * SaltedPasswords.MAX))};

      assertThat(salted.of(password, salt, 1))
          .isEqualTo(ScramHash.saltedPassword(password, salt, 1));
    }
  }
}
