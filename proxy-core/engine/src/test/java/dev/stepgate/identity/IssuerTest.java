package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://token.actions.githubusercontent.com",
        "https://ghe.example/_services/token",
        "https://gitlab.example:8443",
        "https://jenkins.example/oidc/folder/",
        "http://127.0.0.1:8080",
        "http://[::1]:8080/realm",
        "http://localhost:8080"
      })
  void https_is_good_and_http_on_a_loopback_address(String url) {
    assertThat(Issuer.of("ci", url, Preset.github()).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://gitlab.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "https://user@gitlab.example",
        "https://gitlab.example?x=1",
        "https://gitlab.example#x",
        "https:gitlab.example",
        "https:///path",
        "gitlab.example",
        "file:///etc/passwd",
        "HTTPS://gitlab.example",
        "https://gitlab.example/ x",
        ""
      })
  void any_other_url_is_refused(String url) {
    assertThatThrownBy(() -> Issuer.of("ci", url, Preset.github()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_discovery_document_is_below_the_url() {
    assertThat(Issuer.of("ci", "https://h/a/", Preset.github()).discovery())
        .isEqualTo(URI.create("https://h/a/.well-known/openid-configuration"));
    assertThat(Issuer.of("ci", "https://h/a", Preset.github()).discovery())
        .isEqualTo(URI.create("https://h/a/.well-known/openid-configuration"));
  }

  @Test
  void only_the_same_scheme_host_and_port_serve_its_keys() {
    Issuer issuer = Issuer.of("ci", "https://ci.example/oidc", Preset.jenkins());

    assertThat(issuer.serves(URI.create("https://ci.example/keys"))).isTrue();
    assertThat(issuer.serves(URI.create("https://ci.example:443/keys"))).isTrue();
    assertThat(issuer.serves(URI.create("https://ci.example:444/keys"))).isFalse();
    assertThat(issuer.serves(URI.create("http://ci.example:443/keys"))).isFalse();
    assertThat(issuer.serves(URI.create("https://ci.example.evil.example/keys"))).isFalse();
  }

  private static Issuer with(String... otherHosts) {
    Issuer plain = Issuer.of("ci", "https://ci.example", Preset.jenkins());
    return new Issuer(
        plain.name(),
        plain.url(),
        plain.preset(),
        plain.audiences(),
        plain.skew(),
        plain.maxLifetime(),
        plain.keysGoodFor(),
        List.of(),
        Set.of(otherHosts));
  }

  @Test
  void a_host_that_the_configuration_names_serves_its_keys_too_by_https_and_on_its_port_alone() {
    Issuer issuer = with("keys.example", "keys.example.org:8443");

    assertThat(issuer.serves(URI.create("https://ci.example/keys"))).isTrue();
    assertThat(issuer.serves(URI.create("https://keys.example/v3/certs"))).isTrue();
    assertThat(issuer.serves(URI.create("https://keys.example:443/v3/certs"))).isTrue();
    assertThat(issuer.serves(URI.create("https://keys.example.org:8443/k"))).isTrue();
    for (String other :
        List.of(
            "http://keys.example/v3/certs",
            "http://keys.example:443/v3/certs",
            "https://keys.example:444/v3/certs",
            "https://keys.example.org/k",
            "https://x.keys.example/k",
            "https://keys.example.evil.example/k",
            "https://KEYS.example/k",
            "https://user@keys.example/k",
            "https://keys.example/k#x",
            "https:keys.example",
            "file://keys.example/k")) {
      assertThat(issuer.serves(URI.create(other))).as(other).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.example", "https://keys.example", "keys.example/", "keys.example:", "keys.example:0",
        "Keys.example", "[::1]", "keys example", ".example", ""
      })
  void what_is_no_host_is_no_other_host(String host) {
    assertThatThrownBy(() -> with(host)).hasMessageContaining("other hosts");
  }
}
