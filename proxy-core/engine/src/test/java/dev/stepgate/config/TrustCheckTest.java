package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustCheckTest {

  private static final TrustCheck CHECK =
      new TrustCheck(
          Map.of(
              "github", Issuer.of("github", "https://github.example", Preset.github()),
              "gitlab", Issuer.of("gitlab", "https://gitlab.example", Preset.gitlab()),
              "jenkins", Issuer.of("jenkins", "https://jenkins.example", Preset.jenkins())),
          "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "issuer=github repository=acme/orders",
        "issuer=github repository=acme/*",
        "issuer=github repository_id=8731 ref=refs/heads/* ref_protected=true",
        "issuer=github repository_owner_id=65 environment=prod",
        "issuer=gitlab project_id=20 ref=refs/heads/*",
        "issuer=gitlab namespace_path=my-group/*",
        "issuer=jenkins subject=https://jenkins.example/job/orders/job/*/"
      })
  void an_entry_that_names_an_owner_is_strong(String entry) {
    assertThat(weakness(entry)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "issuer=github",
        "issuer=github repository=*/*",
        "issuer=github ref=refs/heads/main",
        "issuer=github ref=refs/heads/main environment=prod workflow=x",
        "issuer=github subject=repo:acme/orders:ref:refs/heads/main",
        "issuer=github ref_protected=true",
        "issuer=github actor=alice",
        "issuer=github repository=*/orders",
        "issuer=github repository=acme*/orders",
        "issuer=github repository=acme/orders,*/orders",
        "issuer=gitlab environment=prod environment_protected=true",
        "issuer=jenkins run=1",
        "issuer=github,gitlab repository_id=8731"
      })
  void an_entry_that_anybody_at_the_issuer_can_match_is_weak(String entry) {
    assertThat(weakness(entry)).isPresent();
  }

  private static Optional<String> weakness(String entry) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (String key : entry.split(" ")) {
      String[] parts = key.split("=", 2);
      keys.put(parts[0], Arrays.asList(parts[1].split(",")));
    }
    return CHECK.weakness(keys);
  }
}
