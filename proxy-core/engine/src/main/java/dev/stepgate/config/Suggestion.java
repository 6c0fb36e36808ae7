package dev.stepgate.config;

import java.util.List;

/** Words an error about a name that nobody knows. */
final class Suggestion {

  private static final int MAX_QUOTED = 60;

  private Suggestion() {}

  /** {@code is unknown; did you mean "address"?}, or what is known where nothing is near. */
  static String unknown(String name, List<String> known) {
    String nearest = null;
    int least = Math.max(1, name.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(bounded(name), candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest != null
        ? "is unknown; did you mean \"" + nearest + "\"?"
        : "is unknown; known here: " + String.join(", ", known);
  }

  /** Quotes a text for a message, cut to what a line can hold. */
  static String quote(String text) {
    return "\"" + bounded(text) + (text.length() > MAX_QUOTED ? "…" : "") + "\"";
  }

  private static String bounded(String text) {
    return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) : text;
  }

  // Levenshtein's distance, row by row.
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
