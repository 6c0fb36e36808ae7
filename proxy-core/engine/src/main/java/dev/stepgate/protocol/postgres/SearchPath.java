package dev.stepgate.protocol.postgres;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The setting {@code search_path} taken apart as the server does (SplitIdentifierString). */
final class SearchPath {

  private static final int LONGEST_NAME = 63;

  private final String text;
  private final List<String> entries = new ArrayList<>();
  private int at;

  private SearchPath(String text) {
    this.text = text;
  }

  /** Its entries, unquoted, or null if it is none or a name in it would be cut. */
  static List<String> entries(String text) {
    return new SearchPath(text).parse();
  }

  private List<String> parse() {
    blanks();
    if (at == text.length()) {
      return List.of();
    }
    while (true) {
      String name = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
      if (name == null || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return null;
      }
      entries.add(name);
      blanks();
      if (at == text.length()) {
        return entries;
      }
      if (text.charAt(at) != ',') {
        return null;
      }
      at++;
      blanks();
    }
  }

  private String quoted() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        name.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        name.append(c);
        at++;
      } else {
        return name.toString();
      }
    }
    return null;
  }

  private String plain() {
    int from = at;
    StringBuilder name = new StringBuilder();
    while (at < text.length() && text.charAt(at) != ',' && !isBlank(text.charAt(at))) {
      char c = text.charAt(at++);
      if (c > 0x7f && Character.toLowerCase(c) != c) {
        // Whether the server folds it depends on its locale.
        return null;
      }
      name.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return at == from ? null : name.toString();
  }

  private void blanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0b;
  }
}
