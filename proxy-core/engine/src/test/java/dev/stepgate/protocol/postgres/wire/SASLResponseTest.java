package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SASLResponseTest {

  @Test
  void is_all_of_its_body() {
    SASLResponse message = new SASLResponse(new byte[] {'c', '='});

    Golden.readsAndWrites(
        "'p' 00000006 'c='",
        message,
        in -> new AuthenticationResponses().saslResponse(in),
        Golden.encoded(message));
    assertThat(message.toString()).doesNotContain("c=");
  }
}
