package dev.stepgate.protocol.postgres.sql;

/** Where a number ends (scan.l: decinteger, hexinteger, octinteger, bininteger, numeric, real). */
final class Numbers {

  private Numbers() {}

  /**
   * The offset behind the number that begins at {@code from}, or -1 where a name sticks to it:
   * older servers read {@code 1a} as two tokens, newer ones refuse it.
   */
  static int end(byte[] text, int from, int end) {
    if (text[from] == '0' && from + 1 < end && "xXoObB".indexOf(text[from + 1]) >= 0) {
      int to = from + 2;
      while (to < end && Bytes.isOfName(text[to])) {
        if ("0123456789abcdefABCDEF_".indexOf(text[to]) < 0) {
          return -1;
        }
        to++;
      }
      return to > from + 2 ? to : -1;
    }
    int to = digits(text, from, end);
    // Of "1..2" the dots are a token of their own.
    if (to < end && text[to] == '.' && !(to + 1 < end && text[to + 1] == '.')) {
      to = digits(text, to + 1, end);
    }
    to = exponent(text, to, end);
    return to < end && Bytes.isOfName(text[to]) ? -1 : to;
  }

  private static int exponent(byte[] text, int from, int end) {
    if (from == end || (text[from] | 0x20) != 'e') {
      return from;
    }
    int to = from + 1;
    if (to < end && (text[to] == '+' || text[to] == '-')) {
      to++;
    }
    return to < end && Bytes.isDigit(text[to]) ? digits(text, to, end) : from;
  }

  private static int digits(byte[] text, int from, int end) {
    int to = from;
    while (to < end && Bytes.isDigit(text[to])) {
      to++;
      if (to + 1 < end && text[to] == '_' && Bytes.isDigit(text[to + 1])) {
        to++;
      }
    }
    return to;
  }
}
