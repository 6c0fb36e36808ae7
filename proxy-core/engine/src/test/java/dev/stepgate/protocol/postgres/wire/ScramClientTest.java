package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.stepgate.protocol.postgres.wire.ScramClient.NoTls;
import dev.stepgate.protocol.postgres.wire.ScramClient.Tls;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramClientTest {

  private static final byte[] PENCIL = "pencil".getBytes(US_ASCII);
  private static final byte[] BINDING = "a certificate's thirty-two bytes".getBytes(US_ASCII);
  private static final List<String> PLAIN = List.of("SCRAM-SHA-256");
  private static final List<String> BOTH = List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
  private static final SecureRandom RANDOM = new SecureRandom();

  private static ScramClient begun() {
    ScramClient client = new ScramClient(PENCIL, new NoTls(), "abc");
    client.begin(PLAIN);
    return client;
  }

  private static AuthenticationSASLContinue challenge(String message) {
    return new AuthenticationSASLContinue(message.getBytes(UTF_8));
  }

  private static AuthenticationSASLFinal last(String message) {
    return new AuthenticationSASLFinal(message.getBytes(UTF_8));
  }

  /**
   * Known answer for PostgreSQL's empty user name: computed apart, by Python's hashlib and hmac,
   * from RFC 5802's formulas.
   */
  @Test
  void an_exchange_with_postgresqls_empty_user_name() {
    ScramClient client = new ScramClient(PENCIL, new NoTls(), "rOprNGfwEbeRWgbNEkqO");

    SASLInitialResponse first = client.begin(PLAIN);
    assertThat(first.mechanism()).isEqualTo("SCRAM-SHA-256");
    assertThat(first.data()).asString(US_ASCII).isEqualTo("n,,n=,r=rOprNGfwEbeRWgbNEkqO");

    SASLResponse answer =
        client.answer(
            challenge(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
    assertThat(answer.data())
        .asString(US_ASCII)
        .isEqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=");

    client.finish(last("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg="));
    assertThat(client.isServerProved()).isTrue();
  }

  @Test
  void client_and_server_agree_with_and_without_binding() {
    for (byte[] binding : new byte[][] {null, BINDING}) {
      ScramVerifier verifier = ScramVerifier.of(PENCIL, new byte[16], 4096);
      ScramServer server = new ScramServer(verifier, binding, RANDOM);
      ScramClient client = new ScramClient(PENCIL, new Tls(binding), RANDOM);

      SASLInitialResponse first = client.begin(server.mechanisms());
      SASLResponse answer = client.answer(new AuthenticationSASLContinue(server.first(first)));
      client.finish(new AuthenticationSASLFinal(server.last(answer)));

      assertThat(first.mechanism()).isEqualTo(server.mechanisms().get(0));
      assertThat(client.isServerProved()).isTrue();
    }
  }

  @Test
  void a_certificate_in_the_middle_is_noticed() {
    ScramVerifier verifier = ScramVerifier.of(PENCIL, new byte[16], 4096);
    ScramServer server = new ScramServer(verifier, BINDING, RANDOM);
    ScramClient client = new ScramClient(PENCIL, new Tls(new byte[32]), RANDOM);
    SASLResponse answer =
        client.answer(new AuthenticationSASLContinue(server.first(client.begin(BOTH))));

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> server.last(answer))
        .withMessageContaining("channel binding");
  }

  @Test
  void over_tls_without_an_offer_of_binding_the_server_is_told_so() {
    ScramClient client = new ScramClient(PENCIL, new Tls(BINDING), "abc");

    assertThat(client.begin(PLAIN).data()).asString(US_ASCII).isEqualTo("y,,n=,r=abc");
  }

  @Test
  void over_tls_with_a_certificate_that_has_no_binding_none_is_claimed() {
    ScramClient client = new ScramClient(PENCIL, new Tls(null), "abc");

    SASLInitialResponse first = client.begin(BOTH);

    assertThat(first.mechanism()).isEqualTo("SCRAM-SHA-256");
    assertThat(first.data()).asString(US_ASCII).isEqualTo("n,,n=,r=abc");
  }

  @Test
  void binding_offered_without_tls_is_refused() {
    ScramClient client = new ScramClient(PENCIL, new NoTls(), "abc");

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> client.begin(BOTH))
        .withMessageContaining("without TLS");
  }

  @Test
  void an_offer_without_a_known_mechanism_is_refused() {
    ScramClient client = new ScramClient(PENCIL, new NoTls(), "abc");

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> client.begin(List.of("SCRAM-SHA-1", "OAUTHBEARER")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=abc,s=AAAA,i=4096",
        "r=xyz,s=AAAA,i=4096",
        "r=ab,s=AAAA,i=4096",
        "r=abcd,s=,i=4096",
        "r=abcd,s=AAA,i=4096",
        "r=abcd,s=AAB=,i=4096",
        "r=abcd,s=!,i=4096",
        "r=abcd,i=4096,s=AAAA",
        "r=abcd,s=AAAA",
        "r=abcd,s=AAAA,i=",
        "r=abcd,s=AAAA,i=0",
        "r=abcd,s=AAAA,i=04096",
        "r=abcd,s=AAAA,i=-4096",
        "r=abcd,s=AAAA,i=+4096",
        "r=abcd,s=AAAA,i=4095",
        "r=abcd,s=AAAA,i=1000001",
        "r=abcd,s=AAAA,i=99999999999",
        "r=abcd,s=AAAA,i=4096,",
        "r=abcd,s=AAAA,i=4096,m=x",
        "m=x,r=abcd,s=AAAA,i=4096",
        "r=abc\u00e9,s=AAAA,i=4096",
        "r=abc d,s=AAAA,i=4096"
      })
  void a_challenge_that_is_not_one_is_refused(String message) {
    ScramClient client = begun();

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> client.answer(challenge(message)));
  }

  @Test
  void the_number_of_iterations_is_bounded_and_the_bound_is_told() {
    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> begun().answer(challenge("r=abcd,s=AAAA,i=2000000000")))
        .returns(2_000_000_000L, WireException::value)
        .returns(1_000_000L, WireException::limit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e=invalid-proof",
        "v=",
        "v=AAAA",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
      })
  void a_server_that_does_not_prove_itself_is_refused(String message) {
    ScramClient client = begun();
    client.answer(challenge("r=abcd,s=AAAA,i=4096"));

    assertThatExceptionOfType(WireException.class).isThrownBy(() -> client.finish(last(message)));
    assertThat(client.isServerProved()).isFalse();
  }

  @Test
  void nothing_of_the_server_is_repeated_in_an_error() {
    ScramClient client = begun();
    client.answer(challenge("r=abcd,s=AAAA,i=4096"));

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> client.finish(last("e=\u001b[31mred")))
        .withMessageNotContaining("red");
  }

  @Test
  void an_exchange_goes_one_way() {
    ScramClient client = new ScramClient(PENCIL, new NoTls(), "abc");
    assertThatIllegalStateException().isThrownBy(() -> client.answer(challenge("r=abcd")));
    client.begin(PLAIN);
    assertThatIllegalStateException().isThrownBy(() -> client.finish(last("v=")));
    assertThatIllegalStateException().isThrownBy(() -> client.begin(PLAIN));
  }
}
