package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.ScriptedHttp;
import dev.stepgate.transport.Transport;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts together: sockets, keys, the file. */
class IssuersTest {

  @TempDir private Path directory;

  @Test
  void a_job_of_jenkins_is_known_and_its_token_is_its_own_after_a_restart_too() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("stepgate").generate();
    Transport transport = new Transport(Io.nio(), 1);
    Path presented = directory.resolve("presented");
    try (ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.text(""))) {
      String url = "http://" + server.authority() + "/oidc";
      server.script(
          path ->
              path.equals("/oidc/jwks")
                  ? ScriptedHttp.ok(new JWKSet(key.toPublicJWK()).toString())
                  : ScriptedHttp.ok(
                      "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/jwks\"}"));
      String token = token(key, url);
      List<Issuer> issuers = List.of(Issuer.of("jenkins", url, Preset.jenkins()));

      try (IdentityVerifier verifier =
          Issuers.verifier(issuers, transport, presented, InstantSource.system())) {
        Verified verified = (Verified) verifier.verify(token);
        assertThat(verified.identity().claim("run")).contains("117");
        assertThat(verifier.claim(verified, "uid 1001")).isEmpty();
      }
      try (IdentityVerifier verifier =
          Issuers.verifier(issuers, transport, presented, InstantSource.system())) {
        Verified verified = (Verified) verifier.verify(token);
        assertThat(verifier.claim(verified, "uid 1002")).map(Refused::code).contains(Code.REPLAYED);
      }
    } finally {
      transport.close();
    }
  }

  @Test
  void a_file_of_certificates_that_is_none_is_named() {
    Transport transport = new Transport(Io.nio(), 1);
    Path missing = directory.resolve("ca.pem");
    Issuer issuer = Issuer.of("ci", "https://ci.example", Preset.github());
    Issuer withAuthority =
        new Issuer(
            issuer.name(),
            issuer.url(),
            issuer.preset(),
            issuer.audiences(),
            issuer.skew(),
            issuer.maxLifetime(),
            issuer.keysGoodFor(),
            List.of(missing),
            Set.of());
    try {
      assertThatThrownBy(
              () ->
                  Issuers.verifier(
                      List.of(withAuthority),
                      transport,
                      directory.resolve("presented"),
                      InstantSource.system()))
          .hasMessageContaining("ca.pem");
    } finally {
      transport.close();
    }
  }

  private static String token(ECKey key, String url) throws Exception {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("stepgate").build(),
            new JWTClaimsSet.Builder()
                .issuer(url)
                .audience("stepgate")
                .subject("https://jenkins.example/job/orders/")
                .claim("build_number", 117)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }
}
