package dev.stepgate.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {

  @Test
  void a_line_shows_repository_commit_and_actor() {
    Identity identity =
        of(Map.of("repository", "acme/orders", "sha", "4f1c09aa", "actor", "alice"));

    assertThat(identity.display()).isEqualTo("acme/orders@4f1c by alice");
  }

  @Test
  void what_is_missing_is_left_out_of_the_line() {
    assertThat(of(Map.of()).display()).isEqualTo("job/orders");
  }

  @Test
  void what_could_move_a_terminal_or_turn_text_around_is_not_shown() {
    Identity identity =
        of(Map.of("repository", "acme\r\n::error::x\u001b[2J", "actor", "\u202eecila\u200b"));

    assertThat(identity.display()).isEqualTo("acme??::error::x?[2J by ?ecila?");
  }

  @Test
  void a_long_word_is_cut() {
    assertThat(of(Map.of("repository", "a".repeat(5_000))).display())
        .isEqualTo("a".repeat(80) + "…");
  }

  @Test
  void the_claims_are_the_identitys_own() {
    Map<String, SignedClaim> claims = new LinkedHashMap<>();
    claims.put("actor", new SignedClaim("alice", Shaper.ISSUER));
    Identity identity = Identity.of("ci", "https://ci.example", "s", claims);

    claims.put("actor", new SignedClaim("mallory", Shaper.ISSUER));

    assertThat(identity.claim("actor")).contains("alice");
  }

  private static Identity of(Map<String, String> values) {
    Map<String, SignedClaim> claims = new LinkedHashMap<>();
    values.forEach((name, value) -> claims.put(name, new SignedClaim(value, Shaper.ISSUER)));
    return Identity.of("ci", "https://ci.example", "job/orders", claims);
  }
}
