package dev.stepgate.protocol.postgres.sql;

import java.nio.charset.StandardCharsets;

/**
 * Lists of alike rows in a shape: {@code VALUES (1, 'a'), (2, 'b')} has the facts of one row, and
 * an insert of ten thousand rows the shape of an insert of one. A group of parentheses that holds
 * nothing but constants and repeats the one before it is left out.
 */
final class Rows {

  private static final byte[][] CONSTANT_WORDS = {
    word("null"), word("default"), word("true"), word("false")
  };

  private final Shape shape;
  private int start;
  private int startTokens;
  private int lastStart;
  private int lastEnd;

  Rows(Shape shape) {
    this.shape = shape;
  }

  private static byte[] word(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  void begin() {
    start = -1;
    lastStart = -1;
  }

  /** A group has been opened. */
  void open(int tokens) {
    start = shape.length() - 1;
    startTokens = tokens - 1;
  }

  /** A group has been closed: how many tokens there are now. */
  int close(int tokens) {
    if (start < 0) {
      return tokens;
    }
    int end = shape.length();
    boolean again =
        lastStart >= 0
            && shape.same(lastStart, lastEnd, start, end)
            && shape.isComma(lastEnd, start);
    if (again) {
      shape.cut(lastEnd);
    } else {
      lastStart = start;
      lastEnd = end;
    }
    start = -1;
    return again ? startTokens - 1 : tokens;
  }

  /** Something that is no constant, unless it is a comma or a sign. */
  void mark(int c) {
    if (c != ',' && c != '-' && c != '+') {
      start = -1;
    }
  }

  /** A word stands there. */
  void word(byte[] text, int from, int to) {
    if (start < 0) {
      return;
    }
    for (byte[] known : CONSTANT_WORDS) {
      if (to - from == known.length && isAnyCase(text, from, known)) {
        return;
      }
    }
    start = -1;
  }

  private static boolean isAnyCase(byte[] text, int from, byte[] word) {
    for (int i = 0; i < word.length; i++) {
      if ((text[from + i] | 0x20) != word[i]) {
        return false;
      }
    }
    return true;
  }
}
