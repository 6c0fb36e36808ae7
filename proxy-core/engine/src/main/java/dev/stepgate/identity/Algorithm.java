package dev.stepgate.identity;

/**
 * The signatures that a gateway can accept (RFC 7518 section 3.1, RFC 8037). There is no {@code
 * none} and no HMAC: a verifier that knows no shared secret cannot be talked into using one.
 */
public enum Algorithm {
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  RS256("RSA", ""),
  /** RSASSA-PKCS1-v1_5 with SHA-384. */
  RS384("RSA", ""),
  /** RSASSA-PKCS1-v1_5 with SHA-512. */
  RS512("RSA", ""),
  /** RSASSA-PSS with SHA-256. */
  PS256("RSA", ""),
  /** RSASSA-PSS with SHA-384. */
  PS384("RSA", ""),
  /** RSASSA-PSS with SHA-512. */
  PS512("RSA", ""),
  /** ECDSA on P-256. */
  ES256("EC", "P-256"),
  /** ECDSA on P-384. */
  ES384("EC", "P-384"),
  /** ECDSA on P-521. */
  ES512("EC", "P-521"),
  /** Ed25519. */
  EdDSA("OKP", "Ed25519");

  private final String keyType;
  private final String curve;

  Algorithm(String keyType, String curve) {
    this.keyType = keyType;
    this.curve = curve;
  }

  /** The key's {@code kty}. */
  String keyType() {
    return keyType;
  }

  /** The key's {@code crv}, or the empty string. */
  String curve() {
    return curve;
  }

  /** The algorithm of this name, exactly, or null. */
  static Algorithm of(String name) {
    for (Algorithm algorithm : values()) {
      if (algorithm.name().equals(name)) {
        return algorithm;
      }
    }
    return null;
  }
}
