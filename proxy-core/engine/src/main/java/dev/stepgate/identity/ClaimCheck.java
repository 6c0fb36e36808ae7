package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The registered claims of a token (RFC 7519 section 4.1) against what its issuer may say. */
final class ClaimCheck {

  /** The longest text of a registered claim. */
  static final int MAX_TEXT_CHARS = 1024;

  /** The most audiences. */
  static final int MAX_AUDIENCES = 16;

  /** The last second that a time may name: the year 9999's end. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  private ClaimCheck() {}

  /** The text of {@code claim}, which must be there. */
  static String text(ObjectNode claims, String claim) throws No {
    JsonNode value = claims.get(claim);
    if (value == null || value.isNull() || (value.isTextual() && value.textValue().isEmpty())) {
      throw new No(Code.MISSING_CLAIM, "the token has no " + claim);
    }
    if (!value.isTextual()) {
      throw Token.malformed("has a " + claim + " that is no text");
    }
    if (value.textValue().length() > MAX_TEXT_CHARS) {
      throw new No(
          Code.TOO_LARGE,
          "the token's "
              + claim
              + " has "
              + value.textValue().length()
              + " characters, the limit is "
              + MAX_TEXT_CHARS);
    }
    return value.textValue();
  }

  /** Every audience must be one of the gateway's: what others hold too, others can present. */
  static void audience(ObjectNode claims, Issuer issuer) throws No {
    JsonNode value = claims.get("aud");
    List<JsonNode> audiences = new ArrayList<>();
    if (value != null && value.isArray()) {
      value.forEach(audiences::add);
    } else if (value != null) {
      audiences.add(value);
    }
    if (audiences.isEmpty()) {
      throw new No(Code.MISSING_CLAIM, "the token has no aud");
    }
    if (audiences.size() > MAX_AUDIENCES) {
      throw new No(
          Code.TOO_LARGE,
          "the token has " + audiences.size() + " audiences, the limit is " + MAX_AUDIENCES);
    }
    for (JsonNode audience : audiences) {
      if (!audience.isTextual()) {
        throw Token.malformed("has an aud that is no text");
      }
      if (!issuer.audiences().contains(audience.textValue())) {
        throw new No(
            Code.AUDIENCE,
            "the token is meant for "
                + No.shown(audience.textValue())
                + ", wanted is "
                + String.join(" or ", issuer.audiences()));
      }
    }
  }

  /**
   * Checks {@code exp}, {@code nbf}, {@code iat} and the lifetime between the first and the last.
   *
   * @return {@code exp}
   */
  static Instant times(ObjectNode claims, Issuer issuer, Instant now) throws No {
    Instant expires = time(claims, "exp", true);
    Instant issued = time(claims, "iat", true);
    Instant notBefore = time(claims, "nbf", false);
    Duration skew = issuer.skew();
    if (!now.minus(skew).isBefore(expires)) {
      throw new No(Code.EXPIRED, "the token expired at " + expires + ", it is " + now);
    }
    if (issued.isAfter(now.plus(skew))) {
      throw new No(Code.NOT_YET, "the token was issued at " + issued + ", it is " + now);
    }
    if (notBefore != null && notBefore.isAfter(now.plus(skew))) {
      throw new No(Code.NOT_YET, "the token is good from " + notBefore + " on, it is " + now);
    }
    Duration lifetime = Duration.between(issued, expires);
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new No(Code.LIFETIME, "the token expires at " + expires + ", before it was issued");
    }
    if (lifetime.compareTo(issuer.maxLifetime()) > 0) {
      throw new No(
          Code.LIFETIME,
          "the token is good for " + lifetime + ", the limit is " + issuer.maxLifetime());
    }
    return expires;
  }

  private static Instant time(ObjectNode claims, String claim, boolean required) throws No {
    JsonNode value = claims.get(claim);
    if (value == null || value.isNull()) {
      if (required) {
        throw new No(Code.MISSING_CLAIM, "the token has no " + claim);
      }
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > MAX_SECONDS) {
      throw Token.malformed("has an " + claim + " that is no whole number of seconds");
    }
    return Instant.ofEpochSecond(value.longValue());
  }
}
