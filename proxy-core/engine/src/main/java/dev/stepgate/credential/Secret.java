package dev.stepgate.credential;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A secret in memory: 1 to {@value #MAX_BYTES} bytes of UTF-8 without line breaks or NUL. Whoever
 * holds one closes it, which wipes it. Not thread-safe.
 */
public final class Secret implements AutoCloseable {

  /** Longest secret, in bytes. */
  public static final int MAX_BYTES = 4096;

  private final byte[] bytes;
  private boolean wiped;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes a secret as a file or a command gives it: one line, whose line break is not part of it.
   * Wipes {@code raw}.
   *
   * @param origin names the source in errors
   */
  static Secret fromLine(byte[] raw, String origin) throws CredentialException {
    try {
      int end = raw.length;
      if (end > 0 && raw[end - 1] == '\n') {
        end--;
      }
      if (end > 0 && raw[end - 1] == '\r') {
        end--;
      }
      return of(Arrays.copyOf(raw, end), origin);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** Takes {@code bytes} over. */
  static Secret of(byte[] bytes, String origin) throws CredentialException {
    String wrong = wrongWith(bytes);
    if (wrong != null) {
      Arrays.fill(bytes, (byte) 0);
      throw new CredentialException(origin + " " + wrong);
    }
    return new Secret(bytes);
  }

  private static String wrongWith(byte[] bytes) {
    if (bytes.length == 0) {
      return "holds an empty secret";
    }
    if (bytes.length > MAX_BYTES) {
      return "holds a secret of " + bytes.length + " bytes, more than " + MAX_BYTES;
    }
    for (byte b : bytes) {
      if (b == 0 || b == '\n' || b == '\r') {
        return "holds more than one line, or a NUL";
      }
    }
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      Arrays.fill(decoded.array(), '\0');
      return null;
    } catch (CharacterCodingException e) {
      return "holds a secret that is not UTF-8";
    }
  }

  /** The same secret, to be closed on its own. */
  Secret copy() {
    return new Secret(utf8());
  }

  /** A copy of its bytes, which the caller wipes. */
  public byte[] utf8() {
    if (wiped) {
      throw new IllegalStateException("the secret was wiped");
    }
    return bytes.clone();
  }

  /** A copy as characters, which the caller wipes. */
  public char[] chars() {
    byte[] copy = utf8();
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(copy));
    char[] chars = Arrays.copyOf(decoded.array(), decoded.limit());
    Arrays.fill(decoded.array(), '\0');
    Arrays.fill(copy, (byte) 0);
    return chars;
  }

  /** Wipes it. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    wiped = true;
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "secret";
  }
}
