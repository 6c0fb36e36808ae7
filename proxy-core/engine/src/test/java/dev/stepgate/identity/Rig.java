package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A verifier of one provider's tokens, with the provider's documents at hand and a clock. */
final class Rig implements Documents, InstantSource {

  /** A minute after the tokens of {@link Provider} were issued. */
  static final Instant NOW = Instant.ofEpochSecond(1632493567 + 60);

  final Provider provider;
  final Issuer issuer;
  final Map<URI, String> served = new ConcurrentHashMap<>();
  final List<URI> fetched = new ArrayList<>();
  Instant now = NOW;
  final OidcVerifier verifier;

  Rig(Provider provider) {
    this(provider, provider.issuer());
  }

  Rig(Provider provider, Issuer issuer) {
    this.provider = provider;
    this.issuer = issuer;
    serve(
        Forge.JSON
            .createObjectNode()
            .put("issuer", issuer.url())
            .put("jwks_uri", keysAt().toString())
            .toString());
    serveKeys(Forge.jwk(Forge.rsa(2048).getPublic(), Forge.KEY_ID));
    verifier =
        new OidcVerifier(
            List.of(issuer), any -> this, new NoReplays(), this, Duration.ofSeconds(5));
  }

  URI keysAt() {
    return URI.create(issuer.url() + "/keys");
  }

  void serve(String discovery) {
    served.put(issuer.discovery(), discovery);
  }

  void serveKeys(JsonNode... keys) {
    served.put(keysAt(), Forge.keySet(keys));
  }

  Verified accepts(String token) {
    Verification answer = verifier.verify(token);
    assertThat(answer).isInstanceOf(Verified.class);
    return (Verified) answer;
  }

  Refused refuses(String token) {
    Verification answer = verifier.verify(token);
    assertThat(answer).isInstanceOf(Refused.class);
    return (Refused) answer;
  }

  @Override
  public synchronized CompletionStage<byte[]> get(URI url, Duration within, int maxBytes) {
    fetched.add(url);
    String document = served.get(url);
    return document == null
        ? CompletableFuture.failedFuture(new DocumentException("nothing at " + url))
        : CompletableFuture.completedFuture(document.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** For those who present nothing. */
  static final class NoReplays implements ReplayStore {
    @Override
    public Answer present(
        String token, String job, String presenter, Instant forgetAfter, Instant at) {
      throw new IllegalStateException("nothing is presented here");
    }

    @Override
    public boolean heldByOther(String token, String job, String presenter, Instant now) {
      return false;
    }

    @Override
    public void close() {}
  }
}
