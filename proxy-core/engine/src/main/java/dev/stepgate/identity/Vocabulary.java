package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A believed token's claims, put into the one vocabulary as the issuer's preset says. */
final class Vocabulary {

  private Vocabulary() {}

  static Identity identity(Issuer issuer, ObjectNode claims) throws No {
    for (String required : issuer.preset().required()) {
      if (text(claims, required) == null) {
        throw new No(
            Code.MISSING_CLAIM,
            "the token has no " + required + ", which those of " + issuer.name() + " always have");
      }
    }
    Map<String, SignedClaim> here = new TreeMap<>();
    for (Map.Entry<String, Preset.Source> entry : issuer.preset().claims().entrySet()) {
      String value = text(claims, entry.getValue().claim());
      if (value != null) {
        here.put(entry.getKey(), new SignedClaim(value, entry.getValue().shapedBy()));
      }
    }
    here.put("issuer", new SignedClaim(issuer.name(), Shaper.ISSUER));
    return Identity.of(issuer.name(), issuer.url(), ClaimCheck.text(claims, "sub"), here);
  }

  /**
   * The job's name: the issuer and each part that tells jobs apart. Every part has its length
   * before it, so that no two jobs can share a name however their parts are written.
   */
  static String job(Issuer issuer, Identity identity) throws No {
    StringJoiner name = new StringJoiner(" ");
    name.add(issuer.name());
    boolean any = false;
    for (String part : issuer.preset().job()) {
      String value = identity.claim(part).orElse("");
      any |= !value.isEmpty();
      name.add(part + "=" + value.length() + ":" + value);
    }
    if (!any) {
      throw new No(Code.MISSING_CLAIM, "the token does not say which job it is for");
    }
    return name.toString();
  }

  /** A claim as text, or null if it is not there or empty. */
  private static String text(ObjectNode claims, String claim) throws No {
    JsonNode value = claims.get(claim);
    if (value == null || value.isNull() || (value.isTextual() && value.textValue().isEmpty())) {
      return null;
    }
    if (!value.isTextual() && !value.isBoolean() && !value.isIntegralNumber()) {
      throw Token.malformed("has a " + claim + " that is neither text, number nor boolean");
    }
    String text = value.asText();
    if (text.length() > ClaimCheck.MAX_TEXT_CHARS) {
      throw new No(
          Code.TOO_LARGE,
          "the token's "
              + claim
              + " has "
              + text.length()
              + " characters, the limit is "
              + ClaimCheck.MAX_TEXT_CHARS);
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Token.malformed("has a " + claim + " that is no Unicode text");
    }
    return text;
  }
}
