package dev.stepgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.IdentityPattern.KeyMatch;
import dev.stepgate.policy.IdentityPattern.Match;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenToTest {

  private static final Identity JOB =
      identity(
          "issuer=github",
          "repository=acme/orders",
          "repository_id=8731",
          "ref=refs/heads/main",
          "ref_protected=true",
          "environment=prod");

  @Test
  void all_keys_of_an_entry_must_match() {
    assertThat(open(entry("issuer=github", "repository=acme/orders", "ref_protected=true")))
        .isTrue();
    assertThat(open(entry("issuer=github", "repository=acme/orders", "ref_protected=false")))
        .isFalse();
    assertThat(open(entry("issuer=gitlab", "repository=acme/orders"))).isFalse();
  }

  @Test
  void any_entry_suffices_and_none_opens_nothing() {
    assertThat(
            open(
                entry("issuer=github", "repository=acme/billing"),
                entry("issuer=github", "repository_id=8731")))
        .isTrue();
    assertThat(OpenTo.NOBODY.admits(JOB)).isFalse();
  }

  @Test
  void any_value_of_a_list_suffices() {
    assertThat(open(entry("issuer=github", "ref=refs/heads/release,refs/heads/main"))).isTrue();
    assertThat(open(entry("issuer=github", "ref=refs/heads/release,refs/heads/dev"))).isFalse();
  }

  @Test
  void a_claim_that_the_identity_does_not_have_matches_nothing_not_even_a_star() {
    assertThat(open(entry("issuer=github", "actor=*"))).isFalse();
    assertThat(open(entry("issuer=github", "environment=*"))).isTrue();
  }

  @Test
  void an_entry_without_issuer_or_without_any_key_opens_nothing() {
    assertThat(open(entry("repository=acme/orders"))).isFalse();
    assertThat(open(entry())).isFalse();
  }

  @Test
  void a_key_without_values_opens_nothing() {
    assertThat(open(new IdentityPattern(Map.of("issuer", List.of("github"), "ref", List.of()))))
        .isFalse();
  }

  @Test
  void names_that_only_look_alike_open_nothing() {
    for (String repository :
        List.of(
            "acme/orders2",
            "acme/orders/",
            "acme/orders/evil",
            "xacme/orders",
            "acme/Orders",
            "acme/orders ",
            "acme/orders\n",
            "acme/orders\u0000",
            "acme/\u043erders",
            "evil/acme/orders",
            "acme\\orders",
            "acme/orders#",
            "acme//orders",
            "acme/./orders",
            "acme%2Forders")) {
      Identity look = identity("issuer=github", "repository=" + repository);
      assertThat(new OpenTo(List.of(entry("issuer=github", "repository=acme/orders"))).admits(look))
          .as(repository)
          .isFalse();
    }
  }

  @Test
  void stars_in_the_identity_are_no_patterns() {
    Identity starred = identity("issuer=github", "repository=acme/*", "ref=*");

    assertThat(
            new OpenTo(List.of(entry("issuer=github", "repository=acme/orders"))).admits(starred))
        .isFalse();
    assertThat(new OpenTo(List.of(entry("issuer=github", "ref=refs/heads/main"))).admits(starred))
        .isFalse();
  }

  @Test
  void why_an_entry_did_not_match_is_told_key_by_key() {
    OpenTo openTo =
        new OpenTo(
            List.of(
                entry("issuer=github", "repository=acme/orders", "ref=refs/tags/*", "actor=alice"),
                entry("issuer=gitlab")));

    List<Match> told = openTo.explain(JOB);

    assertThat(told).extracting(Match::matched).containsExactly(false, false);
    assertThat(told.get(0).keys())
        .containsExactly(
            new KeyMatch("issuer", List.of("github"), "github", true),
            new KeyMatch("repository", List.of("acme/orders"), "acme/orders", true),
            new KeyMatch("ref", List.of("refs/tags/*"), "refs/heads/main", false),
            new KeyMatch("actor", List.of("alice"), null, false));
    assertThat(told.get(1).keys())
        .containsExactly(new KeyMatch("issuer", List.of("gitlab"), "github", false));
  }

  private static boolean open(IdentityPattern... entries) {
    return new OpenTo(List.of(entries)).admits(JOB);
  }

  static IdentityPattern entry(String... keys) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (String key : keys) {
      String[] parts = key.split("=", 2);
      map.put(parts[0], Arrays.asList(parts[1].split(",")));
    }
    return new IdentityPattern(map);
  }

  private static Identity identity(String... claims) {
    Map<String, SignedClaim> map = new LinkedHashMap<>();
    for (String claim : claims) {
      String[] parts = claim.split("=", 2);
      map.put(parts[0], new SignedClaim(parts[1], Shaper.ISSUER));
    }
    return Identity.of(map.get("issuer").value(), "https://ci.example", "job", map);
  }
}
