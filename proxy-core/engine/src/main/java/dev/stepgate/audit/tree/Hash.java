package dev.stepgate.audit.tree;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 value: 32 bytes, immutable. */
public final class Hash {

  /** How long a hash is, in bytes. */
  public static final int BYTES = 32;

  private static final int HEX_DIGITS = 2 * BYTES;

  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of these 32 bytes. */
  public static Hash of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** A copy of 32 bytes within {@code source}. */
  public static Hash of(byte[] source, int offset, int length) {
    if (length != BYTES) {
      throw new MalformedException("a hash has " + BYTES + " bytes, this has " + length);
    }
    return new Hash(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** Reads 64 lower-case hex digits. */
  public static Hash parseHex(String text) {
    if (text.length() != HEX_DIGITS) {
      throw new MalformedException("a hash has " + HEX_DIGITS + " hex digits: " + shown(text));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        throw new MalformedException("a hash is lower-case hex: " + shown(text));
      }
    }
    return new Hash(HexFormat.of().parseHex(text));
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Copies the bytes to {@code target}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, BYTES);
  }

  /** 64 lower-case hex digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Standard base64 with padding, as checkpoints write it. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The bytes themselves, for this package to read only. */
  byte[] raw() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }

  private static String shown(String text) {
    return text.length() <= HEX_DIGITS ? text : text.substring(0, HEX_DIGITS) + "…";
  }
}
