package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class SASLInitialResponseTest {

  @Test
  void with_a_first_message() {
    SASLInitialResponse message = new SASLInitialResponse("X", new byte[] {'n', ',', ','});

    Golden.check(
        "'p' 0000000d 'X' 00 00000003 'n,,'",
        message,
        in -> new AuthenticationResponses().saslInitialResponse(in),
        Golden.encoded(message));
    assertThat(message.toString()).doesNotContain("n,,");
  }

  @Test
  void without_a_first_message() {
    SASLInitialResponse message = new SASLInitialResponse("X", null);

    Golden.check(
        "'p' 0000000a 'X' 00 ffffffff",
        message,
        in -> new AuthenticationResponses().saslInitialResponse(in),
        Golden.encoded(message));
  }

  @Test
  void with_a_length_beyond_the_message_is_refused() {
    WireException refusal =
        Golden.refusal(
            "'p' 0000000d 'X' 00 00000004 'n,,'",
            in -> new AuthenticationResponses().saslInitialResponse(in));

    assertThat(refusal)
        .returns(Fault.COUNT, WireException::fault)
        .returns(4L, WireException::value)
        .returns(3L, WireException::limit);
  }
}
