package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
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
}
