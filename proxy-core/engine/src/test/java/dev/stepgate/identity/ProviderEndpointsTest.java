package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderEndpointsTest {

  private static final String URL = "https://login.example";

  private static Issuer issuer(String... otherHosts) {
    Issuer plain = Issuer.of("sign-in", URL, Preset.github());
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

  private static byte[] document(Consumer<ObjectNode> change) {
    ObjectNode document =
        Forge.JSON
            .createObjectNode()
            .put("issuer", URL)
            .put("authorization_endpoint", URL + "/auth")
            .put("token_endpoint", URL + "/token")
            .put("device_authorization_endpoint", URL + "/device/auth");
    change.accept(document);
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void places_are_read_from_the_document() throws DocumentException {
    ProviderEndpoints found =
        ProviderEndpoints.read(
            issuer(), document(d -> d.put("authorization_response_iss_parameter_supported", true)));

    assertThat(found.device()).contains(URI.create(URL + "/device/auth"));
    assertThat(found.authorization()).contains(URI.create(URL + "/auth"));
    assertThat(found.token()).isEqualTo(URI.create(URL + "/token"));
    assertThat(found.revocation()).isEmpty();
    assertThat(found.namesItself()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "device_authorization_endpoint",
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint"
      })
  void a_place_elsewhere_is_refused_unless_its_host_is_named(String member)
      throws DocumentException {
    byte[] elsewhere = document(d -> d.put(member, "https://other.example/x"));

    for (String bad :
        List.of(
            "https://other.example/x",
            "http://login.example/x",
            "https://login.example:444/x",
            "https://u@login.example/x",
            "https://login.example/x#y",
            "/x",
            "x y")) {
      assertThatThrownBy(() -> ProviderEndpoints.read(issuer(), document(d -> d.put(member, bad))))
          .as(bad)
          .isInstanceOf(DocumentException.class)
          .hasMessageContaining(member);
    }
    assertThat(ProviderEndpoints.read(issuer("other.example"), elsewhere)).isNotNull();
  }

  @Test
  void a_document_of_another_or_without_a_place_for_tokens_is_refused() {
    assertThatThrownBy(
            () -> ProviderEndpoints.read(issuer(), document(d -> d.put("issuer", URL + "/realm"))))
        .hasMessageContaining("not of " + URL);
    assertThatThrownBy(
            () -> ProviderEndpoints.read(issuer(), document(d -> d.remove("token_endpoint"))))
        .hasMessageContaining("no token_endpoint");
  }

  @Test
  void a_provider_that_takes_no_sha_256_challenge_has_no_place_for_browsers()
      throws DocumentException {
    byte[] plain = document(d -> d.putArray("code_challenge_methods_supported").add("plain"));
    byte[] both =
        document(d -> d.putArray("code_challenge_methods_supported").add("plain").add("S256"));

    assertThat(ProviderEndpoints.read(issuer(), plain).authorization()).isEmpty();
    assertThat(ProviderEndpoints.read(issuer(), both).authorization()).isPresent();
  }
}
