package dev.stepgate.protocol.postgres.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A statement reduced to what its facts depend on: comments gone, blanks made one, constants
 * replaced or, where they matter, kept. It is text that the grammar reads as the statement itself.
 * One for each connection; it keeps its memory.
 */
public final class Shape {

  /** Longest text that is looked at, in bytes. */
  public static final int MAX_TEXT = 16 << 20;

  /** Longest shape, in bytes. */
  public static final int MAX_LENGTH = 128 << 10;

  /** Deepest nesting of parentheses and brackets. */
  public static final int MAX_DEPTH = 500;

  /** Most tokens that a parser is given: some 10 µs each. */
  public static final int MAX_TOKENS = 8_000;

  /** How a scan ended. */
  enum End {
    /** A shape is there. */
    DONE,
    /** What is there can only be kept with its constants. */
    KEEP,
    /** A string, comment or name does not end, or servers read what stands there differently. */
    MALFORMED,
    /** A limit was met. */
    TOO_COMPLEX,
    /** What the bytes mean depends on an encoding that is not followed. */
    ENCODING
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int FIRST_LENGTH = 512;

  /** A text's memory that is kept for the next one, in bytes. */
  private static final int KEPT = 64 << 10;

  private final Scanner scanner = new Scanner(this);
  private byte[] bytes = new byte[FIRST_LENGTH];
  private int length;
  private boolean kept;
  private byte[] text = new byte[FIRST_LENGTH];

  /** Room for a text of {@code length} bytes, to be filled before it is looked up. */
  public byte[] room(int length) {
    if (length > text.length) {
      text = new byte[Math.max(length, Math.min(2 * text.length, KEPT))];
    } else if (text.length > KEPT && length <= KEPT) {
      text = new byte[KEPT];
      bytes = new byte[FIRST_LENGTH];
    }
    return text;
  }

  /** Takes the first {@code length} bytes of a text in. */
  End scan(byte[] given, int length, Lexing lexing, boolean keepConstants) {
    return scanner.scan(given, length, lexing, keepConstants);
  }

  /** How many tokens were scanned. */
  int tokens() {
    return scanner.tokens();
  }

  void begin(boolean keepConstants) {
    length = 0;
    kept = keepConstants;
  }

  boolean isKept() {
    return kept;
  }

  int length() {
    return length;
  }

  byte last() {
    return length == 0 ? 0 : bytes[length - 1];
  }

  /** Whether {@code more} bytes fit. */
  boolean fits(int more) {
    if (more > MAX_LENGTH - length) {
      return false;
    }
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
    return true;
  }

  void put(byte[] source, int from, int to) {
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  void put(int b) {
    bytes[length++] = (byte) b;
  }

  /** Whether nothing but a comma stands there. */
  boolean isComma(int from, int to) {
    int commas = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == ',') {
        commas++;
      } else if (bytes[i] != ' ') {
        return false;
      }
    }
    return commas == 1;
  }

  void cut(int to) {
    length = to;
  }

  /** Whether {@code a} to {@code aEnd} is the same as {@code b} to {@code bEnd}. */
  boolean same(int a, int aEnd, int b, int bEnd) {
    return Arrays.equals(bytes, a, aEnd, bytes, b, bEnd);
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  boolean matches(byte[] other) {
    return Arrays.equals(bytes, 0, length, other, 0, other.length);
  }

  /** Spreads well for a {@code seed} that no client knows; equality is decided by the bytes. */
  long hash(long seed) {
    long hash = seed ^ (kept ? ~length : length);
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    for (; at < length; at++) {
      hash = (hash ^ bytes[at]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash ^ hash >>> 32;
  }
}
