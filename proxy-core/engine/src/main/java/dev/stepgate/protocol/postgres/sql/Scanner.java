package dev.stepgate.protocol.postgres.sql;

import dev.stepgate.protocol.postgres.sql.Shape.End;
import java.util.Arrays;

/**
 * PostgreSQL's lexical rules (scan.l, and "Lexical Structure" in its manual), as far as they say
 * where constants, names and comments begin and end. What is left over is copied as it stands, so
 * that the grammar's own scanner decides on it.
 *
 * <p>In doubt a constant is kept; a text whose end is unclear has no shape.
 */
final class Scanner {

  private final Shape shape;
  private final Rows repeated;
  private byte[] text;
  private int end;
  private Lexing lexing;
  private boolean keep;
  private Rows rows;
  private int at;
  private boolean blank;
  private int depth;
  private int tokens;

  /** One for each shape, used again and again. */
  Scanner(Shape shape) {
    this.shape = shape;
    repeated = new Rows(shape);
  }

  /** Reduces the first {@code length} bytes of {@code given} into the shape. */
  End scan(byte[] given, int length, Lexing settings, boolean keepConstants) {
    shape.begin(keepConstants);
    if (length > Shape.MAX_TEXT) {
      return End.TOO_COMPLEX;
    }
    text = given;
    end = length;
    lexing = settings;
    keep = keepConstants;
    repeated.begin();
    rows = keep ? null : repeated;
    at = 0;
    blank = false;
    depth = 0;
    tokens = 0;
    return scan();
  }

  /** How many tokens the last text had, as far as it was scanned. */
  int tokens() {
    return tokens;
  }

  private End scan() {
    while (at < end) {
      int c = text[at] & 0xff;
      End ended;
      if (Bytes.isBlank(text[at])) {
        at++;
        blank = true;
        continue;
      } else if (Bytes.startsName(text[at])) {
        ended = name(c);
      } else if (Bytes.isDigit(text[at])) {
        ended = number();
      } else {
        ended = other(c);
      }
      if (ended != End.DONE) {
        return ended;
      }
      if (tokens > Shape.MAX_TOKENS) {
        return End.TOO_COMPLEX;
      }
    }
    return End.DONE;
  }

  private End other(int c) {
    switch (c) {
      case '\'' -> {
        return string(at, at + 1, !lexing.standardConformingStrings());
      }
      case '"' -> {
        return quotedName(at, at + 1);
      }
      case '-' -> {
        if (follows('-')) {
          skipLine();
          return End.DONE;
        }
      }
      case '/' -> {
        if (follows('*')) {
          return comment();
        }
      }
      case '.' -> {
        if (follows('.')) {
          if (rows != null) {
            rows.mark(c);
          }
          return copied(at, at + 2);
        }
        if (at + 1 < end && Bytes.isDigit(text[at + 1])) {
          return number();
        }
      }
      case '$' -> {
        return dollar();
      }
      case '(', '[' -> {
        if (++depth > Shape.MAX_DEPTH) {
          return End.TOO_COMPLEX;
        }
        End ended = plain();
        if (rows != null) {
          rows.open(tokens);
        }
        return ended;
      }
      case ')', ']' -> {
        depth--;
        End ended = plain();
        if (rows != null && ended == End.DONE) {
          tokens = rows.close(tokens);
        }
        return ended;
      }
      case 0 -> {
        return End.MALFORMED;
      }
      default -> {
        // An operator or a mark, copied below.
      }
    }
    if (rows != null) {
      rows.mark(c);
    }
    return plain();
  }

  /** One byte as it stands. */
  private End plain() {
    return copied(at, at + 1);
  }

  private boolean follows(char next) {
    return at + 1 < end && text[at + 1] == next;
  }

  private void skipLine() {
    while (at < end && text[at] != '\n' && text[at] != '\r') {
      at++;
    }
    blank = true;
  }

  private End comment() {
    at = Quotes.commentEnd(text, at, end);
    blank = true;
    return at < 0 ? End.MALFORMED : End.DONE;
  }

  private End name(int c) {
    int from = at;
    int next = at + 1;
    if (next < end) {
      if (text[next] == '\'') {
        switch (c) {
          case 'e', 'E' -> {
            return string(from, next + 1, true);
          }
          case 'b', 'B', 'x', 'X' -> {
            return bits(from, next + 1);
          }
          case 'n', 'N' -> {
            return national(next + 1);
          }
          default -> {
            // A name with a string behind it.
          }
        }
      } else if ((c | 0x20) == 'u' && text[next] == '&' && next + 1 < end) {
        // What an UESCAPE behind it makes of these is for the grammar: both stay as they are.
        if (text[next + 1] == '"') {
          return keep ? quotedName(from, next + 2) : End.KEEP;
        }
        if (text[next + 1] == '\'') {
          return keep ? string(from, next + 2, false) : End.KEEP;
        }
      }
    }
    boolean ascii = c < 0x80;
    int to = next;
    while (to < end && Bytes.isOfName(text[to])) {
      ascii &= text[to] >= 0;
      to++;
    }
    if (!ascii && lexing.encoding() != Lexing.Encoding.UTF8) {
      return End.ENCODING;
    }
    if (rows != null) {
      rows.word(text, from, to);
    }
    return copied(from, to);
  }

  private End quotedName(int from, int inside) {
    int to = inside;
    boolean ascii = true;
    while (to < end) {
      if (text[to] == '"') {
        to++;
        if (to == end || text[to] != '"') {
          if (!ascii && lexing.encoding() != Lexing.Encoding.UTF8) {
            return End.ENCODING;
          }
          if (rows != null) {
            rows.mark('"');
          }
          return copied(from, to);
        }
      }
      ascii &= text[to] >= 0;
      to++;
    }
    return End.MALFORMED;
  }

  private End number() {
    int to = Numbers.end(text, at, end);
    if (to < 0) {
      return End.MALFORMED;
    }
    if (keep) {
      return copied(at, to);
    }
    blank = true;
    if (!room(3)) {
      return End.TOO_COMPLEX;
    }
    shape.put('1');
    blank = true;
    at = to;
    return End.DONE;
  }

  /** {@code $1}, {@code $tag$ … $tag$}, or a dollar sign that is nothing yet. */
  private End dollar() {
    int from = at;
    int to = at + 1;
    if (to < end && Bytes.isDigit(text[to])) {
      while (to < end && Bytes.isDigit(text[to])) {
        to++;
      }
      if (to < end && Bytes.isOfName(text[to])) {
        return End.MALFORMED;
      }
      return keep ? copied(from, to) : parameter(to);
    }
    if (to < end && Bytes.startsName(text[to])) {
      while (to < end && text[to] != '$' && Bytes.isOfName(text[to])) {
        to++;
      }
    }
    if (to == end || text[to] != '$') {
      return plain();
    }
    int tag = to + 1 - from;
    if (lexing.encoding() != Lexing.Encoding.UTF8 && !Bytes.isAscii(text, from, to)) {
      // A conversion may make one tag of two: EUC_JP has two codes for some characters.
      return End.ENCODING;
    }
    int close = to + 1;
    while (close + tag <= end) {
      if (text[close] == '$' && Arrays.equals(text, from, from + tag, text, close, close + tag)) {
        return string(from, close + tag);
      }
      close++;
    }
    return End.MALFORMED;
  }

  /** A quoted string from {@code from}, whose content begins at {@code inside}. */
  private End string(int from, int inside, boolean escapes) {
    int to = Quotes.end(text, inside, end, escapes, true);
    if (to < 0) {
      return End.MALFORMED;
    }
    if (keep && escapes && text[from] == '\'') {
      // The grammar reads with standard_conforming_strings on.
      return copied(from, to, 'E');
    }
    return string(from, to);
  }

  private End national(int inside) {
    int to = Quotes.end(text, inside, end, !lexing.standardConformingStrings(), true);
    if (to < 0) {
      return End.MALFORMED;
    }
    if (keep) {
      return lexing.standardConformingStrings() ? copied(at, to) : End.MALFORMED;
    }
    if (!room(6)) {
      return End.TOO_COMPLEX;
    }
    shape.put(text[at]);
    quoted('?');
    at = to;
    return End.DONE;
  }

  private End bits(int from, int inside) {
    int to = Quotes.end(text, inside, end, false, false);
    if (to < 0) {
      return End.MALFORMED;
    }
    if (keep) {
      return copied(from, to);
    }
    if (!room(6)) {
      return End.TOO_COMPLEX;
    }
    shape.put(text[from] | 0x20);
    quoted('1');
    at = to;
    return End.DONE;
  }

  private void quoted(int content) {
    shape.put('\'');
    shape.put(content);
    shape.put('\'');
    blank = true;
  }

  private End string(int from, int to) {
    if (keep) {
      return copied(from, to);
    }
    // Of a name, an operator and a string that begins otherwise, u&'?' would make one string.
    blank |= shape.last() == '&';
    if (!room(5)) {
      return End.TOO_COMPLEX;
    }
    quoted('?');
    at = to;
    return End.DONE;
  }

  /** Which parameter it is does not matter, and rows of them are as alike as rows of constants. */
  private End parameter(int to) {
    if (!room(3)) {
      return End.TOO_COMPLEX;
    }
    shape.put('$');
    shape.put('1');
    at = to;
    return End.DONE;
  }

  private End copied(int from, int to) {
    return copied(from, to, 0);
  }

  private End copied(int from, int to, int prefix) {
    blank |= prefix != 0;
    if (!room(to - from + 2)) {
      return End.TOO_COMPLEX;
    }
    if (prefix != 0) {
      shape.put(prefix);
    }
    if (lexing.encoding() != Lexing.Encoding.UTF8 && keep && !Bytes.isAscii(text, from, to)) {
      return End.ENCODING;
    }
    shape.put(text, from, to);
    at = to;
    return End.DONE;
  }

  /** Makes room, and puts the blank that stands before the next token. */
  private boolean room(int more) {
    tokens++;
    if (!shape.fits(more + 1)) {
      return false;
    }
    if (blank && shape.length() > 0 && shape.last() != ' ') {
      shape.put(' ');
    }
    blank = false;
    return true;
  }
}
