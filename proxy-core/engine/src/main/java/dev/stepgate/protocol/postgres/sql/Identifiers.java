package dev.stepgate.protocol.postgres.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Names within text, as {@code 'Orders.seq'::regclass} has them. */
final class Identifiers {

  private Identifiers() {}

  /** What a name may have at most, in bytes (NAMEDATALEN - 1); the rest is cut off. */
  private static final int LONGEST = 63;

  /**
   * The parts of a possibly qualified name, as PostgreSQL's stringToQualifiedNameList takes it
   * apart; none if it is no such name, but a number.
   */
  static List<String> parts(String text) {
    if (text == null || text.isEmpty() || text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at <= text.length()) {
      StringBuilder part = new StringBuilder();
      at = skipBlanks(text, at);
      at = text.startsWith("\"", at) ? quoted(text, at + 1, part) : plain(text, at, part);
      if (at < 0 || part.length() == 0) {
        return List.of();
      }
      parts.add(cut(part.toString()));
      at = skipBlanks(text, at);
      if (at == text.length()) {
        return parts;
      }
      if (text.charAt(at) != '.') {
        return List.of();
      }
      at++;
    }
    return List.of();
  }

  /** A name as it is written in a list of names. */
  static String quoted(String name) {
    return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String cut(String part) {
    String name = part;
    while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    return name;
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\n\r\f\u000b".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static int quoted(String text, int from, StringBuilder part) {
    int at = from;
    while (at < text.length()) {
      if (text.charAt(at) == '"') {
        if (!text.startsWith("\"\"", at)) {
          return at + 1;
        }
        at++;
      }
      part.append(text.charAt(at++));
    }
    return -1;
  }

  private static int plain(String text, int from, StringBuilder part) {
    int at = from;
    while (at < text.length() && ". \t\n\r\f\u000b\"".indexOf(text.charAt(at)) < 0) {
      char c = text.charAt(at++);
      part.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return at;
  }
}
