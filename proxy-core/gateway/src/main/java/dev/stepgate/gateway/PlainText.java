package dev.stepgate.gateway;

import dev.stepgate.session.Visible;

/**
 * Makes text from a job or a target harmless in a terminal and in a build log: it stays on its
 * line, moves no cursor and is no command to the CI system that shows it.
 */
public final class PlainText {

  private static final String CUT = "…";

  private PlainText() {}

  /** {@code text} with everything that a terminal or a log would act on written out. */
  public static String escape(String text) {
    return escape(text, Integer.MAX_VALUE);
  }

  /** The same, cut after {@code limit} characters of the result, which then ends in an ellipsis. */
  public static String escape(String text, int limit) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), limit) + 16);
    boolean blank = true;
    for (int i = 0; i < text.length() && plain.length() < limit; ) {
      int point = text.codePointAt(i);
      // GitHub's runner obeys "::command::" at the start of a line, behind whatever .NET's
      // TrimStart
      // takes for white space, and "##[command]" anywhere (runner, ActionCommand.cs).
      if ((blank && point == ':') || (point == '[' && text.startsWith("##", i - 2))) {
        plain.append(String.format("\\x%02x", point));
      } else {
        append(plain, point);
      }
      blank &= Character.getType(point) == Character.SPACE_SEPARATOR; // others are written out
      i += Character.charCount(point);
    }
    return plain.length() < limit ? plain.toString() : plain.substring(0, limit - 1) + CUT;
  }

  private static void append(StringBuilder plain, int point) {
    switch (point) {
      case '\n' -> plain.append("\\n");
      case '\r' -> plain.append("\\r");
      case '\t' -> plain.append("\\t");
      case '\\' -> plain.append("\\\\");
      default -> {
        if (Visible.is(point)) {
          plain.appendCodePoint(point);
        } else {
          plain.append(String.format(point < 0x100 ? "\\x%02x" : "\\u{%x}", point));
        }
      }
    }
  }
}
