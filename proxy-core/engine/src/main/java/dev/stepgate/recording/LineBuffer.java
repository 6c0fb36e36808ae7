package dev.stepgate.recording;

import java.util.Arrays;

/** Bytes that grow at the end: lines of JSON in ASCII, or bodies. Made to be used again. */
final class LineBuffer {

  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final int MAX_DIGITS = 20;

  private byte[] bytes;
  private int length;

  LineBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int capacity() {
    return bytes.length;
  }

  void clear() {
    length = 0;
  }

  /** Drops what lies beyond {@code bytes}. */
  void shorten(int bytes) {
    length = Math.min(length, bytes);
  }

  /** Makes room for {@code more} bytes at the end, which are then part of this. */
  int extend(int more) {
    int at = length;
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
    length += more;
    return at;
  }

  LineBuffer put(byte[] text) {
    int at = extend(text.length);
    System.arraycopy(text, 0, bytes, at, text.length);
    return this;
  }

  LineBuffer put(byte[] from, int start, int count) {
    int at = extend(count);
    System.arraycopy(from, start, bytes, at, count);
    return this;
  }

  LineBuffer put(char ascii) {
    int at = extend(1);
    bytes[at] = (byte) ascii;
    return this;
  }

  /** A number of 0 or more, in decimal. */
  LineBuffer number(long value) {
    int start = extend(MAX_DIGITS);
    int at = length;
    long left = value;
    do {
      long tenth = left / 10;
      bytes[--at] = (byte) ('0' + (left - tenth * 10));
      left = tenth;
    } while (left > 0);
    int digits = length - at;
    System.arraycopy(bytes, at, bytes, start, digits);
    length = start + digits;
    return this;
  }

  /** The text in quotes, as JSON has it; everything beyond printable ASCII is escaped. */
  LineBuffer string(CharSequence text) {
    put('"');
    for (int i = 0; i < text.length(); i++) {
      character(text.charAt(i));
    }
    return put('"');
  }

  /** One UTF-16 unit within a string. */
  void character(char c) {
    if (c == '"' || c == '\\') {
      put('\\').put(c);
    } else if (c >= ' ' && c <= '~') {
      put(c);
    } else {
      int at = extend(6);
      bytes[at] = '\\';
      bytes[at + 1] = 'u';
      bytes[at + 2] = HEX[c >> 12];
      bytes[at + 3] = HEX[c >> 8 & 15];
      bytes[at + 4] = HEX[c >> 4 & 15];
      bytes[at + 5] = HEX[c & 15];
    }
  }

  /** A hash of 32 bytes in base64 with padding. */
  LineBuffer base64(byte[] hash) {
    int at = extend(44);
    for (int i = 0; i < 30; i += 3, at += 4) {
      int three = (hash[i] & 255) << 16 | (hash[i + 1] & 255) << 8 | (hash[i + 2] & 255);
      bytes[at] = BASE64[three >> 18];
      bytes[at + 1] = BASE64[three >> 12 & 63];
      bytes[at + 2] = BASE64[three >> 6 & 63];
      bytes[at + 3] = BASE64[three & 63];
    }
    int two = (hash[30] & 255) << 10 | (hash[31] & 255) << 2;
    bytes[at] = BASE64[two >> 12];
    bytes[at + 1] = BASE64[two >> 6 & 63];
    bytes[at + 2] = BASE64[two & 63];
    bytes[at + 3] = '=';
    return this;
  }
}
