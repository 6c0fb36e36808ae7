package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The protocol's {@code String}: bytes without a zero byte. Their encoding is the connection's
 * {@code client_encoding}, which the wire does not know, so the bytes are kept as they came and two
 * texts are equal when their bytes are. Immutable.
 */
public final class WireText {

  /** No bytes: the unnamed statement, portal, … */
  public static final WireText EMPTY = new WireText(new byte[0]);

  private final byte[] bytes;

  private WireText(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The text in UTF-8.
   *
   * @throws IllegalArgumentException if it holds U+0000 or an unpaired surrogate: neither can stand
   *     in a message, and to drop or replace it would send something else than was meant
   */
  public static WireText of(String text) {
    return text.isEmpty() ? EMPTY : new WireText(utf8(text));
  }

  /** Takes over {@code bytes}, which must hold no zero byte. */
  static WireText ofBytes(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new WireText(bytes);
  }

  /** Strict UTF-8 without U+0000. */
  static byte[] utf8(String text) {
    if (isPlain(text)) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a protocol string cannot hold U+0000");
    }
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("an unpaired surrogate has no UTF-8", e);
    }
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The text in {@code charset}, with replacement characters for what is malformed in it. */
  public String string(Charset charset) {
    return new String(bytes, charset);
  }

  /** The text as UTF-8, or null if it is not UTF-8. */
  public String utf8() {
    return utf8(bytes);
  }

  static String utf8(byte[] bytes) {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    // Not the method that throws: a hostile peer would choose how often a stack trace is filled.
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), chars, true);
    return result.isError() ? null : chars.flip().toString();
  }

  static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** Writes the bytes and the terminating zero byte. */
  void write(ByteBuf out) {
    out.writeBytes(bytes);
    out.writeByte(0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireText that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text as UTF-8 with replacement characters. Not escaped: never print it as it is. */
  @Override
  public String toString() {
    return string(StandardCharsets.UTF_8);
  }
}
