package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.Issuers;
import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import dev.stepgate.identity.Preset.Source;
import dev.stepgate.identity.Verification;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that somebody else wrote, over real sockets: what it signs is what is understood. */
@EndToEnd
class OidcProviderTest {

  private static final String GITHUB_CLAIMS =
      "{\"sub\":\"repo:acme/orders:ref:refs/heads/main\",\"repository\":\"acme/orders\","
          + "\"repository_id\":\"8731\",\"ref\":\"refs/heads/main\",\"ref_protected\":\"true\","
          + "\"sha\":\"4f1c5aa9d0e4b41e\",\"run_id\":\"6117\",\"run_attempt\":\"1\","
          + "\"actor\":\"alice\"}";
  private static final String CLAIMS = "{\"sub\":\"orders\",\"repo\":\"acme/orders\",\"build\":9}";

  private OidcServer server;
  private Transport transport;
  private Path directory;
  private volatile Duration ahead = Duration.ZERO;

  @BeforeEach
  void start() {
    server = OidcServer.start();
    transport = new Transport(Io.nio(), 1);
    directory = Machine.directory("oidc");
  }

  @AfterEach
  void stop() {
    transport.close();
    server.close();
    Machine.remove(directory);
  }

  private IdentityVerifier verifier(Preset preset) throws IOException {
    return Issuers.verifier(
        List.of(Issuer.of("ci", server.url(), preset)),
        transport,
        directory.resolve("presented"),
        () -> Instant.now().plus(ahead));
  }

  private static Preset generic() {
    return Preset.generic(
        Map.of(
            "repository", new Source("repo", Shaper.ISSUER),
            "run", new Source("build", Shaper.ISSUER)),
        List.of("repo", "build"),
        List.of("repository", "run"));
  }

  @Test
  void a_job_with_githubs_claims_is_known_by_them() throws IOException {
    try (IdentityVerifier verifier = verifier(Preset.github())) {
      Verified verified = verified(verifier.verify(server.token("RS256", GITHUB_CLAIMS)));

      assertThat(verified.identity().display()).isEqualTo("acme/orders@4f1c by alice");
      assertThat(verified.identity().claim("repository_id")).contains("8731");
      assertThat(verified.identity().issuerUrl()).isEqualTo(server.url());
      assertThat(verified.token()).startsWith("jti:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
  void its_signatures_are_understood_and_a_changed_token_is_not(String algorithm)
      throws IOException {
    try (IdentityVerifier verifier = verifier(generic())) {
      String token = server.token(algorithm, CLAIMS);
      String[] one = token.split("\\.");
      String[] other = server.token(algorithm, CLAIMS.replace("9", "10")).split("\\.");

      assertThat(verified(verifier.verify(token)).identity().claim("run")).contains("9");
      assertThat(refused(verifier.verify(one[0] + "." + other[1] + "." + one[2])))
          .isEqualTo(Code.SIGNATURE);
    }
  }

  @Test
  void its_access_tokens_and_tokens_for_others_are_refused() throws IOException {
    try (IdentityVerifier verifier = verifier(generic())) {
      assertThat(refused(verifier.verify(server.token("RS256", CLAIMS, "")))).isEqualTo(Code.TYPE);
      assertThat(
              refused(
                  verifier.verify(
                      server.token("RS256", "{\"aud\":\"vault\",\"repo\":\"a\",\"build\":1}"))))
          .isEqualTo(Code.AUDIENCE);
      assertThat(refused(verifier.verify(server.token("RS256", "{\"sub\":\"orders\"}"))))
          .isEqualTo(Code.MISSING_CLAIM);
    }
  }

  @Test
  void when_it_changes_its_keys_new_tokens_open_and_those_of_the_old_keys_do_not()
      throws IOException {
    try (IdentityVerifier verifier = verifier(generic())) {
      String old = server.token("ES256", CLAIMS);
      verified(verifier.verify(old));

      server.rotate();
      ahead = Duration.ofSeconds(11); // an unknown key is looked for once in ten seconds

      verified(verifier.verify(server.token("ES256", CLAIMS)));
      assertThat(refused(verifier.verify(old))).isEqualTo(Code.UNKNOWN_KEY);
    }
  }

  @Test
  void when_it_is_gone_its_keys_are_good_for_their_hour() throws IOException {
    try (IdentityVerifier verifier = verifier(generic())) {
      long soon = Instant.now().plus(Duration.ofMinutes(55)).getEpochSecond();
      String now = server.token("RS256", CLAIMS);
      String later =
          server.token(
              "RS256",
              "{\"repo\":\"acme/orders\",\"build\":9,\"iat\":%d,\"exp\":%d}"
                  .formatted(soon, soon + 1800));
      verified(verifier.verify(now));
      server.close();

      ahead = Duration.ofMinutes(56);
      verified(verifier.verify(later));
      ahead = Duration.ofMinutes(65);
      assertThat(refused(verifier.verify(later))).isEqualTo(Code.ISSUER_UNAVAILABLE);
    }
  }

  @Test
  void a_token_that_was_presented_is_nobody_elses_after_a_restart_either() throws IOException {
    String token = server.token("RS256", CLAIMS);
    try (IdentityVerifier verifier = verifier(generic())) {
      Verified verified = verified(verifier.verify(token));
      assertThat(verifier.claim(verified, "uid 1001")).isEmpty();
      assertThat(verifier.claim(verified, "uid 1001")).isEmpty();
    }
    try (IdentityVerifier verifier = verifier(generic())) {
      Verified verified = verified(verifier.verify(token));
      assertThat(verifier.claim(verified, "uid 1002")).map(Refused::code).contains(Code.REPLAYED);
    }
  }

  private static Verified verified(Verification answer) {
    assertThat(answer).isInstanceOf(Verified.class);
    return (Verified) answer;
  }

  private static Code refused(Verification answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).code();
  }
}
