package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.stepgate.identity.Verification.Code;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** One key of the issuer's against one token's signature. */
final class Signatures {

  /**
   * Public exponents are odd, above 2^16 (FIPS 186-5 section A.1.1) and small enough to be fast.
   */
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);

  private static final int MAX_EXPONENT_BITS = 32;
  private static final int ED25519_BYTES = 32;
  private static final int ED25519_SIGNATURE_BYTES = 64;

  private Signatures() {}

  /** Refuses unless {@code key} may be used for the token's algorithm and made its signature. */
  static void check(Token token, ObjectNode key) throws No {
    Algorithm algorithm = token.algorithm();
    checkPurpose(token, key);
    boolean good;
    try {
      good =
          switch (algorithm.keyType()) {
            case "RSA" -> verify(token, new RSASSAVerifier(rsa(key)));
            case "EC" -> verify(token, new ECDSAVerifier(ec(key, algorithm)));
            default -> ed25519(token, key);
          };
    } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
      // A library's or provider's opinion of a hostile key is a refusal, whatever it is called.
      throw unfit("cannot be used: " + e.getClass().getSimpleName());
    }
    if (!good) {
      throw new No(
          Code.SIGNATURE,
          "the signature is not that of the issuer's key " + No.shown(token.keyId()));
    }
  }

  private static void checkPurpose(Token token, ObjectNode key) throws No {
    Algorithm algorithm = token.algorithm();
    String type = text(key, "kty");
    if (!algorithm.keyType().equals(type)) {
      throw new No(
          Code.ALGORITHM,
          "the token says " + algorithm + ", but its key is of the type " + No.shown(type));
    }
    if (key.has("alg") && !algorithm.name().equals(text(key, "alg"))) {
      throw new No(
          Code.ALGORITHM,
          "the token says " + algorithm + ", but its key is for " + No.shown(text(key, "alg")));
    }
    if (key.has("use") && !"sig".equals(text(key, "use"))) {
      throw unfit("is not for signatures (use)");
    }
    if (key.has("key_ops") && !holds(key.get("key_ops"), "verify")) {
      throw unfit("is not for verifying (key_ops)");
    }
    if (!algorithm.curve().isEmpty() && !algorithm.curve().equals(text(key, "crv"))) {
      throw new No(
          Code.ALGORITHM,
          "the token says " + algorithm + ", but its key's curve is " + No.shown(text(key, "crv")));
    }
  }

  private static RSAPublicKey rsa(ObjectNode key) throws No, JOSEException {
    Base64URL modulus = new Base64URL(text(key, "n"));
    Base64URL exponent = new Base64URL(text(key, "e"));
    int bits = modulus.decodeToBigInteger().bitLength();
    if (bits < Keys.MIN_RSA_BITS || bits > Keys.MAX_RSA_BITS) {
      throw unfit(
          "has " + bits + " bits, allowed are " + Keys.MIN_RSA_BITS + " to " + Keys.MAX_RSA_BITS);
    }
    BigInteger e = exponent.decodeToBigInteger();
    if (e.compareTo(MIN_EXPONENT) < 0 || e.bitLength() > MAX_EXPONENT_BITS || !e.testBit(0)) {
      throw unfit("has an unfit public exponent");
    }
    return new RSAKey.Builder(modulus, exponent).build().toRSAPublicKey();
  }

  private static ECKey ec(ObjectNode key, Algorithm algorithm) {
    // The builder refuses a point that is not on the curve.
    return new ECKey.Builder(
            Curve.parse(algorithm.curve()),
            new Base64URL(text(key, "x")),
            new Base64URL(text(key, "y")))
        .build();
  }

  private static boolean verify(Token token, JWSVerifier verifier) throws JOSEException {
    JWSHeader header = new JWSHeader(JWSAlgorithm.parse(token.algorithm().name()));
    return verifier.verify(header, token.signedBytes(), new Base64URL(token.signature()));
  }

  /** By the JDK's own Ed25519 (RFC 8032), since nimbus-jose-jwt needs one more library for it. */
  private static boolean ed25519(Token token, ObjectNode key) throws No, GeneralSecurityException {
    byte[] encoded = new Base64URL(text(key, "x")).decode();
    if (encoded.length != ED25519_BYTES) {
      throw unfit("has " + encoded.length + " bytes, an Ed25519 key has " + ED25519_BYTES);
    }
    if (token.signatureBytes().length != ED25519_SIGNATURE_BYTES) {
      return false;
    }
    boolean odd = (encoded[ED25519_BYTES - 1] & 0x80) != 0;
    byte[] y = new byte[ED25519_BYTES];
    for (int i = 0; i < ED25519_BYTES; i++) {
      y[i] = encoded[ED25519_BYTES - 1 - i];
    }
    y[0] &= 0x7f;
    PublicKey made =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(made);
    signature.update(token.signedBytes());
    return signature.verify(token.signatureBytes());
  }

  private static String text(ObjectNode key, String member) {
    JsonNode value = key.get(member);
    return value != null && value.isTextual() ? value.textValue() : "";
  }

  static boolean holds(JsonNode list, String word) {
    for (JsonNode value : list) {
      if (word.equals(value.asText())) {
        return true;
      }
    }
    return false;
  }

  private static No unfit(String why) {
    return new No(Code.UNFIT_KEY, "the issuer's key " + why);
  }
}
