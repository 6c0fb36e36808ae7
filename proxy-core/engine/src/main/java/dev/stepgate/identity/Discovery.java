package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** The issuer's discovery document (OpenID Connect Discovery 1.0 section 3). */
final class Discovery {

  private Discovery() {}

  /**
   * Where the issuer's keys are. The document must be the issuer's own ({@code issuer} equal to the
   * configured URL, character for character) and may only point to whoever served it, or to hosts
   * that the configuration names.
   */
  static URI keys(Issuer issuer, byte[] document) throws DocumentException {
    return place(issuer, own(issuer, document), "jwks_uri")
        .orElseThrow(() -> new DocumentException("the discovery document has no jwks_uri"));
  }

  /** The document as JSON, if it is the issuer's own. */
  static ObjectNode own(Issuer issuer, byte[] document) throws DocumentException {
    ObjectNode discovery = object("discovery document", document);
    String said = text(discovery, "issuer");
    if (!issuer.url().equals(said)) {
      throw new DocumentException(
          "the discovery document is that of " + No.shown(said) + ", not of " + issuer.url());
    }
    return discovery;
  }

  /** Where {@code member} points to, if it is there: a place of the issuer's. */
  static Optional<URI> place(Issuer issuer, ObjectNode discovery, String member)
      throws DocumentException {
    if (!discovery.has(member)) {
      return Optional.empty();
    }
    String at = text(discovery, member);
    URI place;
    try {
      place = new URI(at);
    } catch (URISyntaxException e) {
      throw new DocumentException(
          "the discovery document's " + member + " is no URL: " + No.shown(at));
    }
    if (!issuer.serves(place)) {
      throw new DocumentException(
          "the discovery document's "
              + member
              + " is of another scheme, host or port than the issuer: "
              + No.shown(at));
    }
    return Optional.of(place);
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
