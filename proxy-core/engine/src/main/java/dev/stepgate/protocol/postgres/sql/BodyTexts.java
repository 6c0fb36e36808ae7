package dev.stepgate.protocol.postgres.sql;

import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.protocol.postgres.sql.Shape.End;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What may be read of the bodies within one statement: no more than of a statement, and only what
 * means the same however a session reads its strings. A body is parsed when it runs, by what {@code
 * standard_conforming_strings} is then, and that a statement before it in the same text, a function
 * or a rollback may have changed.
 */
final class BodyTexts {

  /** Texts that are parsed for one statement, of some 100 µs each. */
  static final int MOST_PARSED = 1000;

  private static final Lexing BACKSLASHES = new Lexing(false, Lexing.Encoding.UTF8);

  private final Reading reading;
  private int parsed;
  private int tokens;

  BodyTexts(Reading reading) {
    this.reading = reading;
  }

  /** Whether {@code body} may be read; if not, a gap says why. {@code inner} is one in another. */
  boolean mayBeRead(String body, boolean inner) {
    byte[] text = body.getBytes(StandardCharsets.UTF_8);
    Shape shape = new Shape();
    End end = shape.scan(text, text.length, Lexing.USUAL, true);
    tokens += shape.tokens();
    if (end == End.TOO_COMPLEX || tokens > Shape.MAX_TOKENS) {
      reading.found.gap(Gap.Reason.TOO_COMPLEX, "a body is longer or deeper than is looked at");
    } else if (end != End.DONE) {
      reading.found.gap(Gap.Reason.SYNTAX, "a string, name or number in a body has no clear end");
    } else if (inner ? body.indexOf('\\') >= 0 : !isPlain(body, text)) {
      reading.found.gap(
          Gap.Reason.SETTING, "what a body does depends on standard_conforming_strings");
    } else {
      return true;
    }
    return false;
  }

  /** Counts one more text to be parsed: whether it may be. */
  boolean mayBeParsed() {
    if (parsed < MOST_PARSED) {
      parsed++;
      return true;
    }
    reading.found.gap(Gap.Reason.TOO_COMPLEX, "bodies hold more than " + MOST_PARSED + " texts");
    return false;
  }

  /** Whether strings end where they end, with backslashes as escapes or without. */
  private static boolean isPlain(String body, byte[] text) {
    return !body.contains("\\'")
        || Arrays.equals(shape(text, Lexing.USUAL), shape(text, BACKSLASHES));
  }

  private static byte[] shape(byte[] text, Lexing lexing) {
    Shape shape = new Shape();
    // What has no shape of its own equals nothing, not even itself.
    return shape.scan(text, text.length, lexing, false) == End.DONE
        ? shape.copy()
        : new byte[lexing.standardConformingStrings() ? 0 : 1];
  }
}
