package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes tokens and keys by hand, with the JDK alone, so that what is tested does not test itself. A
 * token is made of header and claims that a test changes at will before it is signed.
 */
final class Forge {

  static final ObjectMapper JSON = new ObjectMapper();
  static final String KEY_ID = "key-1";

  private static final Map<String, KeyPair> PAIRS = new HashMap<>();

  final ObjectNode header = JSON.createObjectNode();
  final ObjectNode claims;
  String algorithm = "RS256";
  PrivateKey key = rsa(2048).getPrivate();

  Forge(ObjectNode claims) {
    this.claims = claims.deepCopy();
    header.put("typ", "JWT").put("alg", algorithm).put("kid", KEY_ID);
  }

  /** Signs with another key and says so. */
  Forge with(String algorithm, KeyPair pair) {
    this.algorithm = algorithm;
    this.key = pair.getPrivate();
    header.put("alg", algorithm);
    return this;
  }

  Forge header(Consumer<ObjectNode> change) {
    change.accept(header);
    return this;
  }

  Forge claims(Consumer<ObjectNode> change) {
    change.accept(claims);
    return this;
  }

  String token() {
    return token(header.toString(), claims.toString());
  }

  /** Signs whatever texts, JSON or not. */
  String token(String header, String claims) {
    String signed = encode(header) + "." + encode(claims);
    return signed + "." + encode(sign(signed));
  }

  byte[] sign(String text) {
    try {
      Signature signature = Signature.getInstance(jca(algorithm));
      if (algorithm.startsWith("PS")) {
        signature.setParameter(pss(algorithm));
      }
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static KeyPair rsa(int bits) {
    return pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4), "rsa" + bits);
  }

  /** Another key of the same size. */
  static KeyPair otherRsa() {
    return pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), "other");
  }

  static KeyPair rsaExponent3() {
    return pair("RSA", new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)), "rsa-e3");
  }

  static KeyPair ec(String curve) {
    return pair("EC", new ECGenParameterSpec(curve), curve);
  }

  static KeyPair ed25519() {
    return pair("Ed25519", null, "ed25519");
  }

  private static synchronized KeyPair pair(
      String type, AlgorithmParameterSpec size, String remembered) {
    return PAIRS.computeIfAbsent(
        remembered,
        name -> {
          try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
            if (size != null) {
              generator.initialize(size);
            }
            return generator.generateKeyPair();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** A key as an issuer publishes it. */
  static ObjectNode jwk(PublicKey key, String keyId) {
    ObjectNode jwk = JSON.createObjectNode().put("kid", keyId).put("use", "sig");
    if (key instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", encode(unsigned(rsa.getModulus(), 0)))
          .put("e", encode(unsigned(rsa.getPublicExponent(), 0)));
    }
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      return jwk.put("kty", "EC")
          .put("crv", "P-" + bits)
          .put("x", encode(unsigned(ec.getW().getAffineX(), (bits + 7) / 8)))
          .put("y", encode(unsigned(ec.getW().getAffineY(), (bits + 7) / 8)));
    }
    EdECPublicKey ed = (EdECPublicKey) key;
    byte[] bytes = unsigned(ed.getPoint().getY(), 32);
    for (int i = 0; i < 16; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[31 - i];
      bytes[31 - i] = swapped;
    }
    bytes[31] |= ed.getPoint().isXOdd() ? (byte) 0x80 : 0;
    return jwk.put("kty", "OKP").put("crv", "Ed25519").put("x", encode(bytes));
  }

  /** A key set. */
  static String keySet(JsonNode... keys) {
    ObjectNode set = JSON.createObjectNode();
    for (JsonNode key : keys) {
      set.withArray("keys").add(key);
    }
    return set.toString();
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    int size = Math.max(length, (number.bitLength() + 7) / 8);
    byte[] out = new byte[size];
    int from = Math.max(0, bytes.length - size);
    System.arraycopy(bytes, from, out, size - (bytes.length - from), bytes.length - from);
    return out;
  }

  private static String jca(String algorithm) {
    return switch (algorithm) {
      case "RS256" -> "SHA256withRSA";
      case "RS384" -> "SHA384withRSA";
      case "RS512" -> "SHA512withRSA";
      case "PS256", "PS384", "PS512" -> "RSASSA-PSS";
      case "ES256" -> "SHA256withECDSAinP1363Format";
      case "ES384" -> "SHA384withECDSAinP1363Format";
      case "ES512" -> "SHA512withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  private static PSSParameterSpec pss(String algorithm) {
    int bits = Integer.parseInt(algorithm.substring(2));
    String digest = "SHA-" + bits;
    return new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), bits / 8, 1);
  }
}
