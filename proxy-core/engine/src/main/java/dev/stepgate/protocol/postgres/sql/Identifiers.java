package dev.stepgate.protocol.postgres.sql;

import java.util.ArrayList;
import java.util.List;

/** Names within text, as {@code 'Orders.seq'::regclass} has them. */
final class Identifiers {

  private Identifiers() {}

  /**
   * The parts of a possibly qualified name, as PostgreSQL's stringToQualifiedNameList takes it
   * apart; none if it is no such name.
   */
  static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (text != null && at <= text.length()) {
      StringBuilder part = new StringBuilder();
      at = skipBlanks(text, at);
      at = text.startsWith("\"", at) ? quoted(text, at + 1, part) : plain(text, at, part);
      if (at < 0 || part.length() == 0) {
        return List.of();
      }
      parts.add(part.toString());
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
