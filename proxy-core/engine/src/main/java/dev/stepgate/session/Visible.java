package dev.stepgate.session;

/**
 * Which characters of somebody else's text show themselves and do nothing more: neither controls
 * nor what reorders, hides or separates lines (marks of direction, zero width, U+2028), nor what is
 * no character.
 */
public final class Visible {

  private Visible() {}

  /** Whether {@code point}, a code point, is one. */
  public static boolean is(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
