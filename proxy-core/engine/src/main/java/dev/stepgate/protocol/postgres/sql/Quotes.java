package dev.stepgate.protocol.postgres.sql;

/**
 * Where strings and comments end (scan.l: xq, xe, xb, xh, xc, and xqs for what follows a quote).
 */
final class Quotes {

  private Quotes() {}

  /**
   * The offset behind a string's last quote, its continuations on later lines included, or -1 where
   * it does not end.
   *
   * @param inside where its content begins
   * @param escapes whether a backslash takes the next byte along
   * @param doubles whether two quotes are one in it
   */
  static int end(byte[] text, int inside, int end, boolean escapes, boolean doubles) {
    int to = inside;
    while (to < end) {
      byte c = text[to];
      if (c == '\\' && escapes) {
        to += 2;
      } else if (c != '\'') {
        to++;
      } else if (doubles && to + 1 < end && text[to + 1] == '\'') {
        to += 2;
      } else {
        int next = continuation(text, to + 1, end);
        if (next < 0) {
          return to + 1;
        }
        to = next;
      }
    }
    return -1;
  }

  /** Where a string goes on after blanks with a line's end among them, or -1. */
  private static int continuation(byte[] text, int from, int end) {
    boolean line = false;
    int to = from;
    while (to < end) {
      switch (text[to]) {
        case '\n', '\r' -> {
          line = true;
          to++;
        }
        case ' ', '\t', '\f', 0x0b -> to++;
        case '\'' -> {
          return line ? to + 1 : -1;
        }
        case '-' -> {
          if (to + 1 == end || text[to + 1] != '-') {
            return -1;
          }
          while (to < end && text[to] != '\n' && text[to] != '\r') {
            to++;
          }
        }
        default -> {
          return -1;
        }
      }
    }
    return -1;
  }

  /** The offset behind the comment that begins at {@code from}, those within it included, or -1. */
  static int commentEnd(byte[] text, int from, int end) {
    int open = 1;
    int to = from + 2;
    while (to + 1 < end) {
      if (text[to] == '*' && text[to + 1] == '/') {
        to += 2;
        if (--open == 0) {
          return to;
        }
      } else if (text[to] == '/' && text[to + 1] == '*') {
        to += 2;
        open++;
      } else {
        to++;
      }
    }
    return -1;
  }
}
