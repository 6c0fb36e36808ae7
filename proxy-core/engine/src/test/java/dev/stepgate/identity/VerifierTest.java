package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.session.Identity.Shaper;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerifierTest {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n";

  static List<Provider> providers() {
    return Provider.values();
  }

  @Test
  void a_token_of_github_becomes_an_identity_in_the_one_vocabulary() {
    Verified verified = new Rig(Provider.GITHUB).accepts(Provider.GITHUB.forge().token());

    assertThat(verified.identity().display()).isEqualTo("octo-org/octo-repo@4f1c by octocat");
    assertThat(verified.identity().subject()).isEqualTo("repo:octo-org/octo-repo:environment:prod");
    assertThat(verified.identity().issuerUrl())
        .isEqualTo("https://token.actions.githubusercontent.com");
    assertThat(claim(verified, "issuer")).isEqualTo("github");
    assertThat(claim(verified, "repository")).isEqualTo("octo-org/octo-repo");
    assertThat(claim(verified, "repository_id")).isEqualTo("74");
    assertThat(claim(verified, "ref")).isEqualTo("refs/heads/main");
    assertThat(claim(verified, "ref_protected")).isEqualTo("true");
    assertThat(claim(verified, "workflow"))
        .isEqualTo("octo-org/octo-repo/.github/workflows/example.yml@refs/heads/main");
    assertThat(claim(verified, "run")).isEqualTo("6117");
    assertThat(claim(verified, "attempt")).isEqualTo("2");
    assertThat(claim(verified, "job")).isEqualTo("50112");
    assertThat(claim(verified, "environment")).isEqualTo("prod");
    assertThat(verified.identity().claim("head_ref")).isEmpty();
    assertThat(verified.token()).isEqualTo("jti:9ac1-example");
    assertThat(shaper(verified, "environment")).isEqualTo(Shaper.AUTHOR);
    assertThat(shaper(verified, "ref")).isEqualTo(Shaper.AUTHOR);
    assertThat(shaper(verified, "repository_id")).isEqualTo(Shaper.ISSUER);
  }

  @Test
  void a_token_of_gitlab_becomes_an_identity_with_fully_qualified_refs() {
    Verified verified = new Rig(Provider.GITLAB).accepts(Provider.GITLAB.forge().token());

    assertThat(verified.identity().display()).isEqualTo("my-group/my-project@714a by sample-user");
    assertThat(claim(verified, "ref")).isEqualTo("refs/heads/feature-branch-1");
    assertThat(claim(verified, "project_id")).isEqualTo("20");
    assertThat(claim(verified, "runner_id")).isEqualTo("1");
    assertThat(claim(verified, "run")).isEqualTo("574");
    assertThat(claim(verified, "job")).isEqualTo("302");
    assertThat(shaper(verified, "environment_protected")).isEqualTo(Shaper.ISSUER);
    assertThat(verified.identity().claims()).doesNotContainKeys("user_email", "groups_direct");
  }

  @Test
  void a_token_of_jenkins_has_no_jti_and_is_told_from_others_by_its_hash() {
    Rig rig = new Rig(Provider.JENKINS);

    Verified one = rig.accepts(Provider.JENKINS.forge().token());
    Verified again = rig.accepts(Provider.JENKINS.forge().token());
    Verified other =
        rig.accepts(Provider.JENKINS.forge().claims(c -> c.put("build_number", 118)).token());

    assertThat(one.token()).startsWith("sha256:").isEqualTo(again.token());
    assertThat(other.token()).isNotEqualTo(one.token());
    assertThat(other.job()).isNotEqualTo(one.job());
    assertThat(claim(one, "run")).isEqualTo("117");
    assertThat(claim(one, "workflow"))
        .isEqualTo("https://jenkins.example/job/acme/job/orders/job/main/");
  }

  @Test
  void a_token_of_jenkins_outside_a_build_is_refused() {
    Refused refused =
        new Rig(Provider.JENKINS)
            .refuses(
                Provider.JENKINS
                    .forge()
                    .claims(c -> c.put("sub", "https://jenkins.example/").remove("build_number"))
                    .token());

    assertThat(refused.code()).isEqualTo(Code.MISSING_CLAIM);
  }

  @Test
  void a_jobs_name_cannot_be_written_as_another_jobs() {
    Rig rig = new Rig(Provider.GENERIC);

    Verified one =
        rig.accepts(
            Provider.GENERIC
                .forge()
                .claims(c -> c.put("repo", "a run=1:1").put("build", "2"))
                .token());
    Verified two =
        rig.accepts(
            Provider.GENERIC
                .forge()
                .claims(c -> c.put("repo", "a").put("build", "1 run=1:2"))
                .token());

    assertThat(one.job()).isNotEqualTo(two.job());
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void every_algorithm_of_the_list_is_understood_and_no_other_message_passes(Algorithm algorithm) {
    KeyPair pair =
        switch (algorithm) {
          case ES256 -> Forge.ec("secp256r1");
          case ES384 -> Forge.ec("secp384r1");
          case ES512 -> Forge.ec("secp521r1");
          case EdDSA -> Forge.ed25519();
          default -> Forge.rsa(2048);
        };
    Rig rig = new Rig(Provider.GENERIC);
    rig.serveKeys(Forge.jwk(pair.getPublic(), Forge.KEY_ID));
    String good = Provider.GENERIC.forge().with(algorithm.name(), pair).token();
    String[] parts = good.split("\\.");
    String other =
        Forge.encode(Provider.GENERIC.forge().claims(c -> c.put("x", 1)).claims.toString());

    rig.accepts(good);

    assertThat(rig.refuses(parts[0] + "." + other + "." + parts[2]).code())
        .isEqualTo(Code.SIGNATURE);
  }

  @Test
  void an_ed25519_signature_of_another_length_is_no_signature() {
    Rig rig = new Rig(Provider.GENERIC);
    rig.serveKeys(Forge.jwk(Forge.ed25519().getPublic(), Forge.KEY_ID));
    String good = Provider.GENERIC.forge().with("EdDSA", Forge.ed25519()).token();
    rig.accepts(good);

    Refused refused = rig.refuses(good.substring(0, good.lastIndexOf('.') + 1) + "AAAA");

    assertThat(refused.code()).isEqualTo(Code.SIGNATURE);
  }

  @Test
  void a_point_beside_the_curve_is_no_key() {
    Rig rig = new Rig(Provider.GENERIC);
    rig.serveKeys(
        Forge.jwk(Forge.ec("secp256r1").getPublic(), Forge.KEY_ID)
            .put("y", Forge.encode(new byte[32])));

    Refused refused =
        rig.refuses(Provider.GENERIC.forge().with("ES256", Forge.ec("secp256r1")).token());

    assertThat(refused.code()).isEqualTo(Code.UNFIT_KEY);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void what_the_provider_may_send_beside_it_changes_nothing(Provider provider) {
    Rig rig = new Rig(provider);
    rig.serveKeys(
        Forge.jwk(Forge.otherRsa().getPublic(), "key-2"),
        Forge.jwk(Forge.rsa(2048).getPublic(), Forge.KEY_ID)
            .put("alg", "RS256")
            .put("x5t", "thumbprint")
            .put("x5u", "https://evil.example/"),
        Forge.JSON.createObjectNode().put("kty", "oct").put("kid", "secret"),
        Forge.JSON.createObjectNode().put("kty", "RSA"));

    Verified verified =
        rig.accepts(
            provider
                .forge()
                .header(h -> h.put("x5t", "thumbprint").put("new", 1))
                .claims(c -> c.put("new", 1.5).putObject("deep").put("a", 1))
                .token());

    assertThat(verified.identity().claims()).doesNotContainKeys("new", "deep", "x5t");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void clocks_may_be_apart_by_the_skew(Provider provider) {
    long now = Rig.NOW.getEpochSecond();
    long skew = Issuer.DEFAULT_SKEW.toSeconds();
    Rig rig = new Rig(provider);

    rig.accepts(
        provider.forge().claims(c -> c.put("iat", now - 600).put("exp", now - skew + 1)).token());
    rig.accepts(
        provider
            .forge()
            .claims(c -> c.put("iat", now + skew).put("nbf", now + skew).put("exp", now + 300))
            .token());
  }

  @Test
  void a_lifetime_may_be_as_long_as_the_limit_and_no_longer() {
    Rig rig = new Rig(Provider.GITHUB);
    long issued = Rig.NOW.getEpochSecond();
    long most = rig.issuer.maxLifetime().toSeconds();

    rig.accepts(
        Provider.GITHUB
            .forge()
            .claims(c -> c.put("iat", issued).put("exp", issued + most))
            .token());
    Refused refused =
        rig.refuses(
            Provider.GITHUB
                .forge()
                .claims(c -> c.put("iat", issued).put("exp", issued + most + 1))
                .token());

    assertThat(refused.code()).isEqualTo(Code.LIFETIME);
  }

  @Test
  void a_token_of_one_issuer_signed_with_another_ones_key_is_refused() {
    Rig github = new Rig(Provider.GITHUB);
    Rig gitlab = new Rig(Provider.GITLAB);
    gitlab.serveKeys(Forge.jwk(Forge.otherRsa().getPublic(), Forge.KEY_ID));
    OidcVerifier both =
        new OidcVerifier(
            List.of(github.issuer, gitlab.issuer),
            issuer -> issuer.equals(github.issuer) ? github : gitlab,
            new Rig.NoReplays(),
            github);

    assertThat(both.verify(Provider.GITHUB.forge().token())).isInstanceOf(Verified.class);
    assertThat(both.verify(Provider.GITLAB.forge().with("RS256", Forge.otherRsa()).token()))
        .isInstanceOf(Verified.class);
    assertThat(both.verify(Provider.GITLAB.forge().token()))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.SIGNATURE));
  }

  @Test
  void two_issuers_of_one_name_or_url_are_refused() {
    Issuer issuer = Provider.GITHUB.issuer();
    Issuer sameUrl = Issuer.of("other", issuer.url(), Preset.github());

    assertThatThrownBy(() -> verifier(issuer, sameUrl)).hasMessageContaining("share");
    assertThatThrownBy(
            () -> verifier(issuer, Issuer.of("github", "https://ghe.example", Preset.github())))
        .hasMessageContaining("share");
  }

  private static OidcVerifier verifier(Issuer... issuers) {
    return new OidcVerifier(
        List.of(issuers),
        issuer -> new Rig(Provider.GITHUB),
        new Rig.NoReplays(),
        () -> Rig.NOW,
        Duration.ofSeconds(1));
  }

  @Test
  void a_token_that_is_implausible_fetches_nothing() {
    Rig rig = new Rig(Provider.GITHUB);

    rig.refuses("a.b.c");
    rig.refuses(Provider.GITHUB.forge().claims(c -> c.put("iss", "https://evil.example")).token());
    rig.refuses(Provider.GITHUB.forge().claims(c -> c.put("aud", "vault")).token());
    rig.refuses(Provider.GITHUB.forge().claims(c -> c.put("exp", 1)).token());
    rig.refuses(Provider.GITHUB.forge().with("ES256", Forge.ec("secp256r1")).token());

    assertThat(rig.fetched).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void no_byte_of_a_token_can_be_another(Provider provider) {
    Rig rig = new Rig(provider);
    String good = provider.forge().token();
    rig.accepts(good);
    for (int at = 0; at < good.length(); at++) {
      for (int bit = 0; bit < 8; bit++) {
        char flipped = (char) (good.charAt(at) ^ 1 << bit);
        rig.refuses(good.substring(0, at) + flipped + good.substring(at + 1));
      }
    }
  }

  @Test
  void mutations_are_never_accepted_and_never_an_exception() {
    int wanted = Integer.getInteger("stepgate.fuzz.inputs", 20_000);
    Random random = new Random(4_711);
    Rig rig = new Rig(Provider.GITHUB);
    String good = Provider.GITHUB.forge().token();
    rig.accepts(good);
    for (int i = 0; i < wanted; i++) {
      StringBuilder mutated = new StringBuilder(good);
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        mutate(mutated, random);
      }
      if (!mutated.toString().equals(good)) {
        rig.refuses(mutated.toString());
      }
    }
  }

  private static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length());
    char letter = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    switch (random.nextInt(4)) {
      case 0 -> text.setCharAt(at, letter);
      case 1 -> text.insert(at, letter);
      case 2 -> text.deleteCharAt(at);
      default -> {
        int to = Math.min(text.length(), at + random.nextInt(40));
        text.insert(random.nextInt(text.length()), text.substring(at, to));
      }
    }
  }

  private static String claim(Verified verified, String name) {
    return verified.identity().claim(name).orElseThrow();
  }

  private static Shaper shaper(Verified verified, String name) {
    return verified.identity().claims().get(name).shapedBy();
  }
}
