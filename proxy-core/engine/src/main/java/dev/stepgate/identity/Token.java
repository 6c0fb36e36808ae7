package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A token taken apart (RFC 7515 compact serialisation), nothing of it believed yet.
 *
 * @param algorithm what the header says signed it; one of the list, never {@code none}
 * @param keyId the header's {@code kid}: a word to look up in what the issuer published, nothing
 *     else
 * @param claims the payload
 * @param signed what the signature is of: header and payload as they came
 * @param signature the signature in base64url
 */
record Token(
    Algorithm algorithm, String keyId, ObjectNode claims, String signed, String signature) {

  /** The longest token that is looked at. */
  static final int MAX_TOKEN_CHARS = 16 << 10;

  /** The longest header, decoded. */
  static final int MAX_HEADER_BYTES = 2 << 10;

  /** The longest payload, decoded. */
  static final int MAX_CLAIMS_BYTES = 12 << 10;

  /** The longest signature: that of a key of {@link Keys#MAX_RSA_BITS}. */
  static final int MAX_SIGNATURE_BYTES = 1 << 10;

  /** The most claims. */
  static final int MAX_CLAIMS = 128;

  /** The longest {@code kid}. */
  static final int MAX_KEY_ID_CHARS = 256;

  /**
   * Headers that name or hold a key, change what is signed, or say that there is more inside.
   * Refused by their mere presence: not one of them is ever read. ({@code x5t}, a hash that GitHub
   * sends, is harmless and ignored like any unknown header.)
   */
  private static final List<String> REFUSED_HEADERS =
      List.of("jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty", "epk", "apu", "apv");

  static Token parse(String text) throws No {
    if (text.length() > MAX_TOKEN_CHARS) {
      throw new No(
          Code.TOO_LARGE,
          "the token has " + text.length() + " characters, the limit is " + MAX_TOKEN_CHARS);
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length == 5) {
      throw new No(Code.HEADER, "the token is encrypted; only signed ones are read");
    }
    if (parts.length != 3) {
      throw malformed("has " + parts.length + " parts, not 3");
    }
    ObjectNode header = part("header", parts[0], MAX_HEADER_BYTES);
    for (String name : REFUSED_HEADERS) {
      if (header.has(name)) {
        throw new No(Code.HEADER, "the token's header has \"" + name + "\", which no token may");
      }
    }
    checkType(header);
    Algorithm algorithm = algorithm(header);
    String keyId = keyId(header);
    ObjectNode claims = part("payload", parts[1], MAX_CLAIMS_BYTES);
    if (claims.size() > MAX_CLAIMS) {
      throw new No(
          Code.TOO_LARGE, "the token has " + claims.size() + " claims, the limit is " + MAX_CLAIMS);
    }
    decode("signature", parts[2], MAX_SIGNATURE_BYTES);
    return new Token(algorithm, keyId, claims, parts[0] + '.' + parts[1], parts[2]);
  }

  /** The bytes that the signature is of. */
  byte[] signedBytes() {
    return signed.getBytes(StandardCharsets.US_ASCII);
  }

  /** The signature's bytes. */
  byte[] signatureBytes() {
    return Base64.getUrlDecoder().decode(signature);
  }

  /** A name for a token that has no {@code jti}: a hash of what is signed, whatever signed it. */
  String hash() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(signedBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static ObjectNode part(String name, String text, int maxBytes) throws No {
    try {
      return StrictJson.object(decode(name, text, maxBytes));
    } catch (StrictJson.NotJson e) {
      throw malformed("has a " + name + " that is unfit: " + e.getMessage());
    }
  }

  /** Base64url as RFC 7515 section 2 has it: no padding, no other alphabet, no spare bits set. */
  private static byte[] decode(String name, String text, int maxBytes) throws No {
    if (text.length() / 4 * 3 > maxBytes) {
      throw new No(
          Code.TOO_LARGE,
          "the token's " + name + " has more than " + maxBytes + " bytes, the limit");
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // the same answer as below
    }
    throw malformed("has a " + name + " that is not base64url");
  }

  private static void checkType(ObjectNode header) throws No {
    JsonNode type = header.get("typ");
    if (type == null) {
      return;
    }
    if (!type.isTextual() || !type.textValue().toUpperCase(Locale.ROOT).equals("JWT")) {
      throw new No(
          Code.TYPE, "the token's type is " + No.shown(type.asText()) + ", wanted is \"JWT\"");
    }
  }

  private static Algorithm algorithm(ObjectNode header) throws No {
    JsonNode name = header.get("alg");
    Algorithm algorithm = name != null && name.isTextual() ? Algorithm.of(name.textValue()) : null;
    if (algorithm == null) {
      throw new No(
          Code.ALGORITHM,
          "the token's algorithm is "
              + (name == null ? "missing" : No.shown(name.asText()))
              + ", which is never accepted");
    }
    return algorithm;
  }

  private static String keyId(ObjectNode header) throws No {
    JsonNode id = header.get("kid");
    if (id == null || !id.isTextual() || id.textValue().isEmpty()) {
      throw new No(Code.UNKNOWN_KEY, "the token names no key (kid)");
    }
    if (id.textValue().length() > MAX_KEY_ID_CHARS) {
      throw new No(
          Code.TOO_LARGE,
          "the token's kid has "
              + id.textValue().length()
              + " characters, the limit is "
              + MAX_KEY_ID_CHARS);
    }
    return id.textValue();
  }

  static No malformed(String what) {
    return new No(Code.MALFORMED, "the token " + what);
  }
}
