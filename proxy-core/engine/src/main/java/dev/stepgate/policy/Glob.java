package dev.stepgate.policy;

/**
 * A pattern for a claim's value. A {@code *} stands for any number of characters, none included,
 * but never for {@code /}, {@code :} or {@code @}, which separate the parts of the names that CI
 * systems make (owner and repository, path and ref, the fields of a subject). Every other character
 * stands for itself, case included. There is no escape: a value that must hold a star cannot be
 * named.
 */
final class Glob {

  private Glob() {}

  /** Whether {@code pattern} matches the whole of {@code value}. */
  static boolean matches(String pattern, String value) {
    int p = 0;
    int v = 0;
    int star = -1;
    int from = 0;
    while (v < value.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        from = v;
      } else if (p < pattern.length() && pattern.charAt(p) == value.charAt(v)) {
        p++;
        v++;
      } else if (star >= 0 && !separator(value.charAt(from))) {
        v = ++from;
        p = star + 1;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean separator(char c) {
    return c == '/' || c == ':' || c == '@';
  }
}
