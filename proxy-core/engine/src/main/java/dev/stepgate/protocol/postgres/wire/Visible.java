package dev.stepgate.protocol.postgres.wire;

import java.util.HexFormat;

/**
 * Makes text of a job's or target's harmless for a terminal and a build log: one line, no control
 * or formatting characters (ANSI, bidirectional overrides, zero width), and nothing that a CI
 * system takes as a command ({@code ##[…]}, {@code ##vso[…]}).
 *
 * <p>Escapes are {@code \n}, {@code \r}, {@code \t}, <code>&#92;u{…}</code> for a character and
 * <code>\x{…}</code> for a byte that is no UTF-8. A backslash is doubled where it would read as one
 * of them, so what was there can be told from what is shown.
 */
final class Visible {

  private static final HexFormat HEX = HexFormat.of();
  private static final String READS_AS_ESCAPE = "nrt\\";

  private Visible() {}

  /** All of it. */
  static String text(WireText text) {
    return text(text.bytes(), Integer.MAX_VALUE);
  }

  /** The first {@code most} characters, and how many bytes there are if that is not all. */
  static String text(byte[] bytes, int most) {
    StringBuilder out = new StringBuilder(Math.min(bytes.length, most) + 16);
    int at = 0;
    for (int shown = 0; at < bytes.length && shown < most; shown++) {
      at = character(out, bytes, at);
    }
    if (at < bytes.length) {
      out.append("… (").append(bytes.length).append(" bytes)");
    }
    return out.toString();
  }

  /** As PostgreSQL writes bytea: {@code \x} and hex digits; shortened as {@link #text} is. */
  static String hex(byte[] bytes, int most) {
    int shown = Math.min(bytes.length, most / 2);
    String digits = "\\x" + HEX.formatHex(bytes, 0, shown);
    return shown == bytes.length ? digits : digits + "… (" + bytes.length + " bytes)";
  }

  /** Whether the bytes are UTF-8 and nothing in them needs an escape but tab and line ends. */
  static boolean isPlain(byte[] bytes) {
    String text = WireText.utf8(bytes);
    return text != null && text.codePoints().allMatch(c -> isShown(c) || "\n\r\t".indexOf(c) >= 0);
  }

  /** Appends the character that begins at {@code at} and returns where the next one begins. */
  private static int character(StringBuilder out, byte[] bytes, int at) {
    int length = sequenceLength(bytes, at);
    int c = length == 0 ? -1 : decode(bytes, at, length);
    if (c < 0) {
      out.append("\\x{").append(HEX.toHexDigits(bytes[at])).append('}');
      return at + 1;
    }
    codePoint(
        out, c, at + length < bytes.length ? bytes[at + length] : 0, next(bytes, at + length));
    return at + length;
  }

  private static int next(byte[] bytes, int at) {
    return at + 1 < bytes.length ? bytes[at + 1] : 0;
  }

  private static void codePoint(StringBuilder out, int c, int next, int afterNext) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append(readsAsEscape(next, afterNext) ? "\\\\" : "\\");
      case '#' -> out.append(endsWithHash(out) ? "\\u{23}" : "#");
      default -> {
        if (isShown(c)) {
          out.appendCodePoint(c);
        } else {
          out.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
      }
    }
  }

  private static boolean readsAsEscape(int next, int afterNext) {
    return READS_AS_ESCAPE.indexOf(next) >= 0 || ((next == 'u' || next == 'x') && afterNext == '{');
  }

  private static boolean endsWithHash(StringBuilder out) {
    return out.length() > 0 && out.charAt(out.length() - 1) == '#';
  }

  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The length of the UTF-8 sequence that begins here, 0 if none does. */
  private static int sequenceLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first > 0xf4 || at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /** The sequence's code point, -1 for overlong forms, surrogates and what lies above Unicode. */
  private static int decode(byte[] bytes, int at, int length) {
    if (length == 1) {
      return bytes[at];
    }
    int c = bytes[at] & (0xff >>> (length + 1));
    for (int i = 1; i < length; i++) {
      c = c << 6 | (bytes[at + i] & 0x3f);
    }
    boolean overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
    return overlong || c > Character.MAX_CODE_POINT || (c >= 0xd800 && c < 0xe000) ? -1 : c;
  }
}
