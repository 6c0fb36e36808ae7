package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * An ID token as the command that asked for it gets it from the provider (OpenID Connect Core 1.0
 * section 3.1.3.7): made by that issuer, for that client, for that very request. Whether the
 * provider signed it, {@link PersonVerifier} finds, at the gateway.
 *
 * @param subject whom it is about
 * @param expires its {@code exp}
 */
public record ReceivedToken(String subject, Instant expires) {

  /** A token that was not asked for. */
  @SuppressWarnings("serial")
  public static final class Unfit extends Exception {

    Unfit(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /**
   * Takes it apart.
   *
   * @param nonce what the request held, and the token must; without one it may hold any
   * @throws Unfit with a sentence of printable ASCII that holds nothing of the signature
   */
  public static ReceivedToken read(Issuer issuer, String text, Optional<String> nonce, Instant now)
      throws Unfit {
    try {
      ObjectNode claims = Token.parse(text).claims();
      String from = ClaimCheck.text(claims, "iss");
      if (!issuer.url().equals(from)) {
        throw new No(Code.ISSUER, "the token is of " + No.shown(from) + ", not of " + issuer.url());
      }
      ClaimCheck.audience(claims, issuer);
      Instant expires = ClaimCheck.times(claims, issuer, now);
      if (nonce.isPresent() && !same(nonce.get(), claims.get("nonce"))) {
        throw new No(Code.MALFORMED, "the token was made for another request: its nonce differs");
      }
      return new ReceivedToken(ClaimCheck.text(claims, "sub"), expires);
    } catch (No no) {
      throw new Unfit(no.refused().sentence());
    }
  }

  private static boolean same(String nonce, JsonNode claim) {
    return claim != null
        && claim.isTextual()
        && MessageDigest.isEqual(
            nonce.getBytes(StandardCharsets.UTF_8),
            claim.textValue().getBytes(StandardCharsets.UTF_8));
  }
}
