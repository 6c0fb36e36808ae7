package dev.stepgate.gateway.login;

import dev.stepgate.gateway.Failure;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Signing in with a browser on this machine, which the provider sends back to a loopback port (RFC
 * 8252) with a code that only this process can use (RFC 7636, S256).
 */
final class BrowserFlow {

  /** How long it is waited for the person. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Provider provider;
  private final SignInTerms terms;
  private final Duration within;
  private final Consumer<String> say;

  /**
   * Nothing is asked yet.
   *
   * @param within how long it is waited for the person
   * @param say shows a person a line; escaped already
   */
  BrowserFlow(Provider provider, SignInTerms terms, Duration within, Consumer<String> say) {
    this.provider = provider;
    this.terms = terms;
    this.within = within;
    this.say = say;
  }

  /**
   * Shows where to sign in, waits for the browser to come back, and gets the tokens.
   *
   * @param namesItself whether the provider says in what comes back that it is its own
   */
  Tokens run(URI authorization, URI token, boolean namesItself)
      throws Failure, InterruptedException {
    String verifier = secret();
    String state = secret();
    String nonce = secret();
    try (RedirectListener listener = RedirectListener.open(state, terms.issuer(), namesItself)) {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("response_type", "code");
      query.put("client_id", terms.clientId());
      query.put("redirect_uri", listener.redirect());
      query.put("scope", String.join(" ", terms.scopes()));
      query.put("state", state);
      query.put("nonce", nonce);
      query.put("code_challenge", challenge(verifier));
      query.put("code_challenge_method", "S256");
      if (terms.scopes().contains("offline_access")) {
        query.put("prompt", "consent"); // OpenID Connect Core 1.0 section 11
      }
      say.accept("open this in a browser on this machine: " + with(authorization, query));
      say.accept("waiting for at most " + within.toMinutes() + " minutes");
      String code = listener.code(within);
      return tokens(token, code, listener.redirect(), verifier, nonce);
    }
  }

  private Tokens tokens(URI token, String code, String redirect, String verifier, String nonce)
      throws Failure {
    Provider.Answer answer =
        provider.post(
            token,
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirect,
                "client_id",
                terms.clientId(),
                "code_verifier",
                verifier));
    if (!answer.ok()) {
      throw Provider.refusal("the sign-in provider", answer);
    }
    return Tokens.read(answer.body(), Optional.of(nonce));
  }

  private static String with(URI at, Map<String, String> query) {
    String text =
        query.entrySet().stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8)
                            .replace("+", "%20"))
            .collect(Collectors.joining("&"));
    return at.toASCIIString() + (at.getRawQuery() == null ? "?" : "&") + text;
  }

  private static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
