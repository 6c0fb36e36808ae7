package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramServerTest {

  /** RFC 7677, section 3: user "user", password "pencil". */
  private static final ScramVerifier PENCIL =
      ScramVerifier.of(
          "pencil".getBytes(US_ASCII),
          Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="),
          4096);

  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String WITHOUT_PROOF =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String PROOF = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private static ScramServer server() {
    return new ScramServer(PENCIL, null, SERVER_NONCE);
  }

  private static SASLInitialResponse plain(String message) {
    return new SASLInitialResponse("SCRAM-SHA-256", message.getBytes(UTF_8));
  }

  private static SASLResponse response(String message) {
    return new SASLResponse(message.getBytes(UTF_8));
  }

  private static WireException firstRefusal(ScramServer server, SASLInitialResponse message) {
    try {
      server.first(message);
      throw new AssertionError("not refused");
    } catch (WireException e) {
      return e;
    }
  }

  @Test
  void the_example_of_rfc_7677() {
    ScramServer server = server();

    assertThat(server.first(plain(CLIENT_FIRST))).asString(US_ASCII).isEqualTo(SERVER_FIRST);
    assertThat(server.last(response(WITHOUT_PROOF + "," + PROOF)))
        .asString(US_ASCII)
        .isEqualTo(SERVER_FINAL);
  }

  @Test
  void a_wrong_proof_is_not_answered() {
    ScramServer server = server();
    server.first(plain(CLIENT_FIRST));

    assertThat(server.last(response(WITHOUT_PROOF + "," + PROOF.replace("dHzb", "dHzc")))).isNull();
  }

  @Test
  void the_right_password_does_not_help_a_user_who_does_not_exist() {
    ScramVerifier mock = ScramVerifier.mock(new byte[32], "mallory", 4096);
    ScramServer server = new ScramServer(mock, null, SERVER_NONCE);
    server.first(plain(CLIENT_FIRST));

    assertThat(server.last(response(WITHOUT_PROOF + "," + PROOF))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=user",
        "n,,n=user,",
        "n,,n=user,r=",
        "n,,n=user,r=abc,",
        "n,,n=user,r=a bc",
        "n,,n=user,r=abcé",
        "n,,r=abc,n=user",
        "n,,n=user,r=abc,x",
        "n,,n=user,r=abc,x=",
        "n,,n=user,r=abc,1=a",
        "n,,n=user,r=abc,,x=1",
        "x,,n=user,r=abc",
        "n ,,n=user,r=abc",
        "p,,n=user,r=abc",
        "p=,,n=user,r=abc",
        "N,,n=user,r=abc"
      })
  void a_malformed_first_message_is_refused(String message) {
    assertThat(firstRefusal(server(), plain(message))).returns(Fault.SCRAM, WireException::fault);
  }

  @Test
  void channel_binding_that_was_not_offered_is_refused() {
    assertThat(firstRefusal(server(), plain("p=tls-server-end-point,,n=,r=abc")))
        .hasMessageContaining("channel binding needs");
  }

  @Test
  void a_mechanism_that_was_not_offered_is_refused() {
    SASLInitialResponse plus =
        new SASLInitialResponse(
            "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc".getBytes(UTF_8));

    assertThat(firstRefusal(server(), plus)).hasMessageContaining("not offered");
  }

  @Test
  void a_missing_first_message_is_refused() {
    assertThat(firstRefusal(server(), new SASLInitialResponse("SCRAM-SHA-256", null)))
        .hasMessageContaining("missing");
  }

  @Test
  void an_authorization_identity_is_refused() {
    assertThat(firstRefusal(server(), plain("n,a=admin,n=user,r=abc")))
        .hasMessageContaining("authorization identity");
  }

  @Test
  void a_mandatory_extension_is_refused_wherever_it_stands() {
    assertThat(firstRefusal(server(), plain("n,,m=x,n=user,r=abc")))
        .hasMessageContaining("mandatory");
    assertThat(firstRefusal(server(), plain("n,,n=user,r=abc,m=x")))
        .hasMessageContaining("mandatory");
  }

  @Test
  void an_optional_extension_is_passed_over_and_proved() {
    ScramServer server = server();
    server.first(plain(CLIENT_FIRST + ",x=ignored"));

    assertThat(server.last(response(WITHOUT_PROOF + "," + PROOF)))
        .as("the proof of a conversation without the extension")
        .isNull();
  }

  @Test
  void a_message_above_the_limit_is_refused() {
    assertThat(firstRefusal(server(), plain("n,,n=user,r=" + "a".repeat(1013))))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(1025L, WireException::value)
        .returns(1024L, WireException::limit);
  }

  @Test
  void a_message_that_is_not_utf_8_or_holds_a_zero_is_refused() {
    byte[] bytes = CLIENT_FIRST.getBytes(UTF_8);
    bytes[6] = (byte) 0xff;
    assertThat(firstRefusal(server(), new SASLInitialResponse("SCRAM-SHA-256", bytes)))
        .returns(Fault.ENCODING, WireException::fault);
    bytes[6] = 0;
    assertThat(firstRefusal(server(), new SASLInitialResponse("SCRAM-SHA-256", bytes)))
        .returns(Fault.ENCODING, WireException::fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=other",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=!",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,m=1,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=1",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ",
        "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
      })
  void a_malformed_final_message_is_refused(String message) {
    ScramServer server = server();
    server.first(plain(CLIENT_FIRST));

    assertThatExceptionOfType(WireException.class)
        .isThrownBy(() -> server.last(response(message)))
        .matches(e -> e.fault() == Fault.SCRAM);
  }

  @Test
  void an_exchange_goes_one_way_and_ends_with_the_first_failure() {
    ScramServer server = server();
    assertThatIllegalStateException().isThrownBy(() -> server.last(response("c=biws")));
    firstRefusal(server, plain("nonsense"));
    assertThatIllegalStateException().isThrownBy(() -> server.first(plain(CLIENT_FIRST)));
  }

  @Test
  void a_client_that_thinks_binding_is_not_offered_is_refused_where_it_is() {
    ScramServer server = new ScramServer(PENCIL, new byte[32], SERVER_NONCE);

    assertThat(server.mechanisms()).containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
    assertThat(firstRefusal(server, plain("y,,n=,r=abc"))).hasMessageContaining("led to believe");
  }

  @Test
  void the_mechanism_with_binding_needs_binding() {
    ScramServer server = new ScramServer(PENCIL, new byte[32], SERVER_NONCE);
    SASLInitialResponse message =
        new SASLInitialResponse("SCRAM-SHA-256-PLUS", "n,,n=,r=abc".getBytes(UTF_8));

    assertThat(firstRefusal(server, message)).hasMessageContaining("needs channel binding");
  }

  @Test
  void another_type_of_binding_is_refused() {
    ScramServer server = new ScramServer(PENCIL, new byte[32], SERVER_NONCE);
    SASLInitialResponse message =
        new SASLInitialResponse("SCRAM-SHA-256-PLUS", "p=tls-unique,,n=,r=abc".getBytes(UTF_8));

    assertThat(firstRefusal(server, message)).hasMessageContaining("type of channel binding");
  }

  @Test
  void each_exchange_has_a_nonce_of_its_own() {
    SecureRandom random = new SecureRandom();

    assertThat(ScramServer.nonce(random)).hasSize(24).isNotEqualTo(ScramServer.nonce(random));
  }
}
