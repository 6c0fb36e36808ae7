package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a command that asked for a person's token makes of what it got. */
class ReceivedTokenTest {

  private static final Provider GITLAB = Provider.GITLAB;
  private static final Instant NOW = Instant.ofEpochSecond(1632493600);
  private static final Optional<String> NONCE = Optional.of("n-0S6_WzA2Mj");

  private static String token(Consumer<ObjectNode> change) {
    return GITLAB.forge().claims(claims -> claims.put("nonce", NONCE.get())).claims(change).token();
  }

  @Test
  void one_that_was_asked_for_says_whom_it_is_about_and_until_when() throws Exception {
    ReceivedToken received =
        ReceivedToken.read(GITLAB.issuer(), token(claims -> claims.put("sub", "7")), NONCE, NOW);

    assertThat(received).isEqualTo(new ReceivedToken("7", Instant.ofEpochSecond(1632497167)));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of("wrong nonce", token(c -> c.put("nonce", "another")), "nonce"),
        Arguments.of("no nonce", token(c -> c.remove("nonce")), "nonce"),
        Arguments.of("a nonce that is a number", token(c -> c.put("nonce", 1)), "nonce"),
        Arguments.of("wrong aud", token(c -> c.put("aud", "another")), "meant for"),
        Arguments.of(
            "another aud as well",
            token(c -> c.putArray("aud").add("stepgate").add("another")),
            "meant for"),
        Arguments.of("no aud", token(c -> c.remove("aud")), "no aud"),
        Arguments.of(
            "wrong issuer", token(c -> c.put("iss", "https://gitlab.com/")), "token is of"),
        Arguments.of("expired", token(c -> c.put("exp", 1632493568)), "expired"),
        Arguments.of("good for ever", token(c -> c.put("exp", 4102444800L)), "good for"),
        Arguments.of("no subject", token(c -> c.remove("sub")), "no sub"),
        Arguments.of("no token", "%1b[31m.b.c", "not base64url"),
        Arguments.of("nothing", "", "parts"),
        Arguments.of("huge", "a".repeat(20_000), "the limit is"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void any_other_is_refused_with_a_sentence_of_plain_text(String name, String token, String said) {
    assertThatThrownBy(() -> ReceivedToken.read(GITLAB.issuer(), token, NONCE, NOW))
        .isInstanceOf(ReceivedToken.Unfit.class)
        .hasMessageContaining(said)
        .message()
        .matches("[ -~…]+");
  }
}
