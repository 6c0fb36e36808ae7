package dev.stepgate.protocol.postgres.sql;

/** What a byte is to PostgreSQL's scanner (scan.l: space, ident_start, ident_cont, decdigit). */
final class Bytes {

  private static final byte BLANK = 1;
  private static final byte NAME_START = 2;
  private static final byte DIGIT = 4;
  private static final byte NAME = 8;

  private static final byte[] CLASSES = new byte[256];

  static {
    for (int c = 0; c < 256; c++) {
      CLASSES[c] = classOf(c);
    }
  }

  private Bytes() {}

  private static byte classOf(int c) {
    if (" \t\n\r\f\u000b".indexOf(c) >= 0) {
      return BLANK;
    }
    if (c >= '0' && c <= '9') {
      return DIGIT | NAME;
    }
    if (c == '$') {
      return NAME;
    }
    if (c == '_' || c >= 0x80 || Character.isLetter(c)) {
      return NAME_START | NAME;
    }
    return 0;
  }

  static boolean isAscii(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] < 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isBlank(byte b) {
    return CLASSES[b & 0xff] == BLANK;
  }

  static boolean startsName(byte b) {
    return (CLASSES[b & 0xff] & NAME_START) != 0;
  }

  static boolean isOfName(byte b) {
    return (CLASSES[b & 0xff] & NAME) != 0;
  }

  static boolean isDigit(byte b) {
    return (CLASSES[b & 0xff] & DIGIT) != 0;
  }
}
