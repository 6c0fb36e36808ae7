package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthenticationSASLTest {

  @Test
  void offers_in_order() {
    Golden.backend(
        "'R' 0000002a 0000000a 'SCRAM-SHA-256-PLUS' 00 'SCRAM-SHA-256' 00 00",
        new AuthenticationSASL(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")));
  }

  @Test
  void may_offer_nothing() {
    Golden.backend("'R' 00000009 0000000a 00", new AuthenticationSASL(List.of()));
  }

  @Test
  void without_the_end_of_its_list_is_refused() {
    assertThat(Golden.backendRefusal("'R' 0000000a 0000000a 'X' 00"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void with_a_name_that_is_not_utf_8_is_refused() {
    assertThat(Golden.backendRefusal("'R' 0000000b 0000000a ff 00 00"))
        .returns(Fault.ENCODING, WireException::fault);
  }

  @Test
  void with_33_mechanisms_is_refused() {
    assertThat(
            Golden.backendRefusal(
                "'R' 0000004b 0000000a 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 'a' 00 00"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(33L, WireException::value)
        .returns(32L, WireException::limit);
  }

  @Test
  void a_name_that_would_end_the_list_cannot_be_offered() {
    assertThatIllegalArgumentException().isThrownBy(() -> new AuthenticationSASL(List.of("")));
    assertThatIllegalArgumentException().isThrownBy(() -> new AuthenticationSASL(List.of("a\0b")));
  }
}
