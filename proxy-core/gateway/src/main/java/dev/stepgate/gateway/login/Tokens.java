package dev.stepgate.gateway.login;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.Failure;
import java.util.Optional;

/**
 * What a provider gives who signed in (OpenID Connect Core 1.0 section 3.1.3.3). Its access token
 * is of no use here and not looked at.
 *
 * @param id says who it is
 * @param refresh gets a new one, if it gave that
 * @param nonce what the request held, if it held one
 */
record Tokens(String id, Optional<String> refresh, Optional<String> nonce) {

  /** The longest refresh token; an ID token has the gateway's own limit. */
  static final int MAX_REFRESH_CHARS = 16 << 10;

  static Tokens read(ObjectNode body, Optional<String> nonce) throws Failure {
    String id =
        Provider.text(body, "id_token")
            .orElseThrow(
                () -> Provider.unusable("it gave no ID token; is openid among the scopes?"));
    Optional<String> refresh = Provider.text(body, "refresh_token");
    if (refresh.filter(text -> text.length() > MAX_REFRESH_CHARS).isPresent()) {
      throw Provider.unusable(
          "it gave a refresh token of "
              + refresh.get().length()
              + " characters, the limit is "
              + MAX_REFRESH_CHARS);
    }
    return new Tokens(id, refresh, nonce);
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "an ID token of " + id.length() + " characters";
  }
}
