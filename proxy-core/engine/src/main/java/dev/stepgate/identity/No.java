package dev.stepgate.identity;

import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;

/** A refusal on its way to the caller; becomes a value at the room's door. */
@SuppressWarnings("serial")
final class No extends Exception {

  private static final int SHOWN_CHARS = 60;
  private static final int LINE_CHARS = 300;

  private final Code code;

  No(Code code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
  }

  Refused refused() {
    return new Refused(code, getMessage());
  }

  /** A sentence that holds words of others: cut, on one line, printable ASCII alone. */
  static String line(String sentence) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(sentence.length(), LINE_CHARS); i++) {
      char c = sentence.charAt(i);
      out.append(c < ' ' || c > '~' ? '?' : c);
    }
    return out.toString();
  }

  /** A value that somebody else wrote: quoted, cut, on one line, printable ASCII alone. */
  static String shown(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(value.length(), SHOWN_CHARS); i++) {
      char c = value.charAt(i);
      out.append(c < ' ' || c > '~' || c == '"' ? '?' : c);
    }
    return out.append(value.length() > SHOWN_CHARS ? "…\"" : "\"").toString();
  }
}
