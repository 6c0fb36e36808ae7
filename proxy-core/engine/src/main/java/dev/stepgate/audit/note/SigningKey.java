package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * A log's key: {@code PRIVATE+KEY+<name>+<key id, hex>+<base64(0x01 || 32-byte seed)>}, the form
 * that Go's note package gave it. Immutable; never prints itself.
 */
public final class SigningKey {

  private static final String PREFIX = "PRIVATE+KEY+";

  private final byte[] seed;
  private final PrivateKey key;
  private final VerifierKey verifier;

  private SigningKey(String name, byte[] seed) {
    this.seed = seed;
    this.key = privateKey(seed);
    // The JDK derives no public key from a private one.
    this.verifier =
        new VerifierKey(
            name, new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded());
  }

  /** A new key. */
  public static SigningKey generate(String name, SecureRandom random) {
    byte[] seed = new byte[KeyId.KEY_BYTES];
    random.nextBytes(seed);
    return new SigningKey(Origin.checked(name), seed);
  }

  /**
   * Reads the text of a key. No error repeats any of it.
   *
   * @throws MalformedException if it is none, not of type Ed25519, or its id is of another key
   */
  public static SigningKey parse(String text) {
    String stripped = text.strip();
    String[] parts =
        stripped.startsWith(PREFIX) && stripped.length() <= VerifierKey.MAX_CHARACTERS
            ? stripped.substring(PREFIX.length()).split("\\+", 3)
            : new String[0];
    if (parts.length != 3) {
      throw new MalformedException("not a signing key (PRIVATE+KEY+name+id+seed)");
    }
    byte[] typed = seed(parts[2]);
    SigningKey key =
        new SigningKey(Origin.checked(parts[0]), Arrays.copyOfRange(typed, 1, typed.length));
    if (!KeyId.hex(key.verifier.id()).equals(parts[1])) {
      throw new MalformedException("the signing key's id is not that of its seed");
    }
    return key;
  }

  /** The text of the key, without a newline: a secret. */
  public String secretText() {
    byte[] typed = new byte[1 + seed.length];
    typed[0] = KeyId.ED25519;
    System.arraycopy(seed, 0, typed, 1, seed.length);
    return PREFIX
        + verifier.name()
        + "+"
        + KeyId.hex(verifier.id())
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** The public half. */
  public VerifierKey verifier() {
    return verifier;
  }

  byte[] sign(String text) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the log's key cannot sign: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "signing key of " + verifier.name();
  }

  private static byte[] seed(String base64) {
    byte[] typed;
    try {
      typed = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("the signing key's seed is not base64");
    }
    if (typed.length != 1 + KeyId.KEY_BYTES || typed[0] != KeyId.ED25519) {
      throw new MalformedException("not an Ed25519 signing key (type 1, 32 bytes)");
    }
    return typed;
  }

  private static PrivateKey privateKey(byte[] seed) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }
}
