package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * The public half of a log's key: {@code <name>+<key id, hex>+<base64(0x01 || 32 bytes)>}.
 * Immutable.
 */
public final class VerifierKey {

  /** The longest text of a key, in characters. */
  public static final int MAX_CHARACTERS = 512;

  /** Ed25519 in a SubjectPublicKeyInfo, before the 32 bytes (RFC 8410, section 4). */
  private static final byte[] SPKI = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final String name;
  private final byte[] raw;
  private final int id;
  private final PublicKey key;

  VerifierKey(String name, byte[] raw) {
    this.name = Origin.checked(name);
    this.raw = raw.clone();
    this.id = KeyId.of(name, raw);
    this.key = publicKey(raw);
  }

  /**
   * Reads the text of a key; white space around it is ignored.
   *
   * @throws MalformedException if it is none, or not of type Ed25519
   */
  public static VerifierKey parse(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new MalformedException(
          "a verifier key has at most " + MAX_CHARACTERS + " characters, not " + text.length());
    }
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3) {
      throw new MalformedException("not a verifier key (name+id+key): " + Shown.of(text));
    }
    byte[] typed = Base64Text.decode(parts[2]);
    if (typed.length != 1 + KeyId.KEY_BYTES || typed[0] != KeyId.ED25519) {
      throw new MalformedException("not an Ed25519 verifier key (type 1): " + Shown.of(text));
    }
    VerifierKey key = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!KeyId.hex(key.id).equals(parts[1])) {
      throw new MalformedException(
          "the verifier key's id is "
              + KeyId.hex(key.id)
              + ", its text says "
              + Shown.of(parts[1]));
    }
    return key;
  }

  /**
   * Reads the file that a log keeps of its key: exactly its text and a newline.
   *
   * @throws MalformedException if it is anything else
   */
  public static VerifierKey parseLine(byte[] line) {
    VerifierKey key = parse(new String(line, StandardCharsets.UTF_8));
    if (!Arrays.equals((key.text() + "\n").getBytes(StandardCharsets.UTF_8), line)) {
      throw new MalformedException("not a verifier key's text and a newline");
    }
    return key;
  }

  /** The log's origin. */
  public String name() {
    return name;
  }

  /** The text of the key, without a newline. */
  public String text() {
    byte[] typed = new byte[1 + raw.length];
    typed[0] = KeyId.ED25519;
    System.arraycopy(raw, 0, typed, 1, raw.length);
    return name + "+" + KeyId.hex(id) + "+" + Base64.getEncoder().encodeToString(typed);
  }

  int id() {
    return id;
  }

  boolean verifies(String text, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(text.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey key && name.equals(key.name) && Arrays.equals(raw, key.raw);
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public String toString() {
    return text();
  }

  private static PublicKey publicKey(byte[] raw) {
    byte[] encoded = Arrays.copyOf(SPKI, SPKI.length + raw.length);
    System.arraycopy(raw, 0, encoded, SPKI.length, raw.length);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new MalformedException("not an Ed25519 public key: " + e.getMessage());
    }
  }
}
