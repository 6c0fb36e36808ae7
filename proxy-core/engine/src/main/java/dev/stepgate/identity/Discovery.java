package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;

/** The issuer's discovery document (OpenID Connect Discovery 1.0 section 3). */
final class Discovery {

  private Discovery() {}

  /**
   * Where the issuer's keys are. The document must be the issuer's own ({@code issuer} equal to the
   * configured URL, character for character) and may only point to whoever served it.
   */
  static URI keys(Issuer issuer, byte[] document) throws DocumentException {
    ObjectNode discovery = object("discovery document", document);
    String said = text(discovery, "issuer");
    if (!issuer.url().equals(said)) {
      throw new DocumentException(
          "the discovery document is that of " + No.shown(said) + ", not of " + issuer.url());
    }
    String at = text(discovery, "jwks_uri");
    URI keys;
    try {
      keys = new URI(at);
    } catch (URISyntaxException e) {
      throw new DocumentException("the discovery document's jwks_uri is no URL: " + No.shown(at));
    }
    if (keys.getHost() == null
        || keys.getRawUserInfo() != null
        || keys.getRawFragment() != null
        || !issuer.serves(keys)) {
      throw new DocumentException(
          "the discovery document's jwks_uri is of another scheme, host or port than the issuer: "
              + No.shown(at));
    }
    return keys;
  }

  static ObjectNode object(String what, byte[] document) throws DocumentException {
    try {
      return StrictJson.object(document);
    } catch (StrictJson.NotJson e) {
      throw new DocumentException("the " + what + " is unfit: " + e.getMessage());
    }
  }

  private static String text(ObjectNode object, String member) {
    JsonNode value = object.get(member);
    return value != null && value.isTextual() ? value.textValue() : "";
  }
}
