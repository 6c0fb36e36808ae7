package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {

  /** Computed apart, by Python's hashlib and hmac. */
  private static final String PENCIL =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
          + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  @Test
  void has_the_form_that_postgresql_stores() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    assertThat(ScramVerifier.of("pencil".getBytes(US_ASCII), salt, 4096).form()).isEqualTo(PENCIL);
    assertThat(ScramVerifier.parse(PENCIL).form()).isEqualTo(PENCIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "md5d8578edf8458ce06fbc5bb76a58c5ca4",
        "SCRAM-SHA-256$0:AAAA$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
            + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        "SCRAM-SHA-256$4096:AAAA$AAAA:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        "SCRAM-SHA-256$4096:AAAA$AAA:AAA"
      })
  void anything_else_is_not_one(String form) {
    assertThatIllegalArgumentException().isThrownBy(() -> ScramVerifier.parse(form));
  }

  @Test
  void a_mock_is_the_same_for_the_same_user_and_another_for_another() {
    byte[] secret = new byte[32];

    ScramVerifier mallory = ScramVerifier.mock(secret, "mallory", 4096);

    assertThat(ScramVerifier.mock(secret, "mallory", 4096).form()).isEqualTo(mallory.form());
    assertThat(ScramVerifier.mock(secret, "trudy", 4096).salt()).isNotEqualTo(mallory.salt());
    assertThat(ScramVerifier.mock(new byte[31], "mallory", 4096).salt())
        .as("HMAC pads keys with zeros")
        .isEqualTo(mallory.salt());
    assertThat(ScramVerifier.mock("other".getBytes(US_ASCII), "mallory", 4096).salt())
        .isNotEqualTo(mallory.salt());
    assertThat(mallory.salt()).hasSize(ScramVerifier.SALT_BYTES);
  }

  @Test
  void an_empty_password_is_a_password() {
    assertThat(ScramVerifier.of(new byte[0], new byte[16], 1).form())
        .startsWith("SCRAM-SHA-256$1:");
  }

  @Test
  void its_text_shows_no_key() {
    assertThat(ScramVerifier.parse(PENCIL).toString()).isEqualTo("ScramVerifier[4096 iterations]");
  }
}
