package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class AuthenticationResponsesTest {

  @Test
  void another_type_of_message_is_refused_at_its_first_byte() {
    assertThat(Golden.refusal("'Q'", in -> new AuthenticationResponses().password(in)))
        .returns(Fault.TYPE, WireException::fault)
        .returns((long) 'Q', WireException::value);
  }

  @Test
  void a_sasl_message_above_the_servers_limit_is_refused_before_its_body_is_there() {
    assertThat(Golden.refusal("'p' 00000405", in -> new AuthenticationResponses().saslResponse(in)))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(1025L, WireException::value)
        .returns(1024L, WireException::limit);
  }

  @Test
  void a_password_above_the_servers_limit_is_refused_before_its_body_is_there() {
    assertThat(Golden.refusal("'p' 00010004", in -> new AuthenticationResponses().password(in)))
        .returns(65_536L, WireException::value)
        .returns(65_535L, WireException::limit);
  }

  @Test
  void a_length_below_its_own_is_refused() {
    assertThat(Golden.refusal("'p' 00000003", in -> new AuthenticationResponses().password(in)))
        .returns(Fault.LENGTH, WireException::fault);
  }

  @Test
  void every_byte_is_waited_for() {
    Golden.needsEveryByte(
        Golden.bytes("'p' 0000000a 'c=biws'"),
        in -> new AuthenticationResponses().saslResponse(in));
    assertThat(new AuthenticationResponses().saslResponse(Golden.buffer(""))).isNull();
  }
}
