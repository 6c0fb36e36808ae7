package dev.stepgate.gateway.login;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.identity.ProviderEndpoints;
import dev.stepgate.identity.ReceivedToken;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Signs a person in at the provider, renews what was got there, and gives it back. */
public final class SigningIn implements AutoCloseable {

  private final SignInTerms terms;
  private final Provider provider;
  private final Pace pace;

  SigningIn(SignInTerms terms, Provider provider, Pace pace) {
    this.terms = terms;
    this.provider = provider;
    this.pace = pace;
  }

  /** By the gateway's word about the provider. */
  public static SigningIn at(SignInTerms terms) throws Failure {
    return new SigningIn(terms, Provider.open(terms), Pace.SYSTEM);
  }

  /**
   * Signs in; waits for the person.
   *
   * @param asked {@code device} or {@code browser}; empty for what gateway and provider say
   * @param gatewayUid the user that the gateway runs as
   * @param say shows a person a line; escaped already
   */
  public KeptSignIn signIn(Optional<String> asked, int gatewayUid, Consumer<String> say)
      throws Failure, InterruptedException {
    ProviderEndpoints places = provider.endpoints();
    String way = asked.or(terms::way).orElse(places.device().isPresent() ? "device" : "browser");
    Optional<URI> begin = way.equals("device") ? places.device() : places.authorization();
    URI at =
        begin.orElseThrow(
            () ->
                new Failure(
                    ExitCode.UNAVAILABLE, "the sign-in provider offers no sign-in by " + way));
    Tokens tokens =
        way.equals("device")
            ? new DeviceFlow(provider, terms, pace, say).run(at, places.token())
            : new BrowserFlow(provider, terms, BrowserFlow.LONGEST, say)
                .run(at, places.token(), places.namesItself());
    return kept(tokens, gatewayUid);
  }

  private KeptSignIn kept(Tokens tokens, int gatewayUid) throws Failure {
    try {
      ReceivedToken received =
          ReceivedToken.read(provider.issuer(), tokens.id(), tokens.nonce(), pace.now());
      return new KeptSignIn(
          gatewayUid,
          terms.issuer(),
          terms.clientId(),
          received.subject(),
          received.expires(),
          tokens.id(),
          tokens.refresh());
    } catch (ReceivedToken.Unfit e) {
      throw Provider.unusable(e.getMessage());
    }
  }

  /**
   * A sign-in with a new token in place of one that has expired.
   *
   * @throws Failure if the provider gives none, or one about somebody else
   */
  public KeptSignIn renewed(KeptSignIn old) throws Failure {
    if (!old.issuer().equals(terms.issuer()) || !old.clientId().equals(terms.clientId())) {
      throw new Failure(
          ExitCode.REFUSED,
          "the gateway's people sign in elsewhere now; sign in again: stepgate login");
    }
    String refresh = old.refresh().orElseThrow(() -> expired(old));
    Provider.Answer answer =
        provider.post(
            provider.endpoints().token(),
            Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                refresh,
                "client_id",
                terms.clientId(),
                "scope",
                String.join(" ", terms.scopes())));
    if (!answer.ok()) {
      throw Provider.refusal("your sign-in has expired (stepgate login); the provider", answer);
    }
    Tokens tokens = Tokens.read(answer.body(), Optional.empty());
    KeptSignIn renewed = kept(tokens, old.gatewayUid());
    if (!renewed.subject().equals(old.subject())) {
      // OpenID Connect Core 1.0 section 12.2.
      throw Provider.unusable("it renewed the sign-in of one person with another's");
    }
    return tokens.refresh().isPresent() ? renewed : withRefresh(renewed, refresh);
  }

  private static KeptSignIn withRefresh(KeptSignIn renewed, String refresh) {
    return new KeptSignIn(
        renewed.gatewayUid(),
        renewed.issuer(),
        renewed.clientId(),
        renewed.subject(),
        renewed.expires(),
        renewed.token(),
        Optional.of(refresh));
  }

  /** That a sign-in is over. */
  public static Failure expired(KeptSignIn kept) {
    return new Failure(
        ExitCode.REFUSED, "your sign-in expired at " + kept.expires() + "; stepgate login");
  }

  /**
   * Has the provider take back the refresh token (RFC 7009).
   *
   * @return whether it takes any back
   */
  public boolean revoked(KeptSignIn kept) throws Failure {
    Optional<URI> at = provider.endpoints().revocation();
    if (at.isEmpty() || kept.refresh().isEmpty()) {
      return false;
    }
    Map<String, String> form = new HashMap<>();
    form.put("token", kept.refresh().get());
    form.put("token_type_hint", "refresh_token");
    form.put("client_id", kept.clientId());
    Provider.Answer answer = provider.post(at.get(), form);
    if (!answer.ok()) {
      throw Provider.refusal("the sign-in provider", answer);
    }
    return true;
  }

  /** Until when a sign-in is good, in words. */
  public static String until(KeptSignIn kept) {
    return kept.refresh().isPresent()
        ? "renewed by itself, next after " + kept.expires()
        : "good until " + kept.expires() + ", then sign in again";
  }

  @Override
  public void close() {
    provider.close();
  }
}
