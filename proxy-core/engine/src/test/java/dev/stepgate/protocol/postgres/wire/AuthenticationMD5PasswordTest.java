package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class AuthenticationMD5PasswordTest {

  @Test
  void with_its_salt() {
    Golden.backend(
        "'R' 0000000c 00000005 01020304", new AuthenticationMD5Password(new byte[] {1, 2, 3, 4}));
  }

  @Test
  void with_a_salt_of_another_length_is_refused() {
    assertThat(Golden.backendRefusal("'R' 0000000b 00000005 010203"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(4L, WireException::limit);
  }

  @Test
  void cannot_be_made_with_another_length_of_salt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthenticationMD5Password(new byte[5]));
  }
}
