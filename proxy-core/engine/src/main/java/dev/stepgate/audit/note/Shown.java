package dev.stepgate.audit.note;

/** Foreign text within an error: short, and without anything that a terminal would act on. */
public final class Shown {

  private static final int MAX_CHARACTERS = 80;

  private static final int MAX_PLAIN_CHARACTERS = 200;

  private Shown() {}

  /** The text in quotes, cut after 80 characters, anything but printable ASCII as {@code ?}. */
  public static String of(String text) {
    return "\"" + cut(text, MAX_CHARACTERS) + "\"";
  }

  /** The text without quotes, cut after 200 characters, likewise. */
  public static String plain(String text) {
    return cut(text, MAX_PLAIN_CHARACTERS);
  }

  private static String cut(String text, int limit) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), limit); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return shown.append(text.length() > limit ? "…" : "").toString();
  }
}
