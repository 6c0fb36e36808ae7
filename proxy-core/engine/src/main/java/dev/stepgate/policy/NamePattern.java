package dev.stepgate.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A pattern for a name of several parts: {@code app.order_*}, {@code *.audit}, {@code
 * app."Odd.Name"}. Each part is a {@link Wildcard} of its own, so that a star never crosses a dot;
 * within double quotes a star is a star and two double quotes are one. Case is as the target's
 * catalog has it: nothing is folded.
 *
 * @param parts outermost first
 */
public record NamePattern(List<Wildcard> parts) {

  /** Copies the list. */
  public NamePattern {
    parts = List.copyOf(parts);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException with what is wrong with it, as the end of a sentence that
   *     begins with the pattern
   */
  public static NamePattern parse(String text) {
    List<Wildcard> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      int end = at < text.length() && text.charAt(at) == '"' ? quoteEnd(text, at) : dot(text, at);
      parts.add(part(text.substring(at, end)));
      if (end == text.length()) {
        return new NamePattern(parts);
      }
      if (text.charAt(end) != '.') {
        throw new IllegalArgumentException("has something between a quote and a dot");
      }
      at = end + 1;
    }
  }

  private static int dot(String text, int from) {
    int dot = text.indexOf('.', from);
    return dot < 0 ? text.length() : dot;
  }

  private static int quoteEnd(String text, int from) {
    for (int i = from + 1; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        if (i + 1 == text.length() || text.charAt(i + 1) != '"') {
          return i + 1;
        }
        i++;
      }
    }
    throw new IllegalArgumentException("has a quote without an end");
  }

  private static Wildcard part(String text) {
    if (text.startsWith("\"")) {
      String inner = text.substring(1, text.length() - 1).replace("\"\"", "\"");
      if (!inner.isEmpty()) {
        return Wildcard.literal(inner);
      }
    } else if (text.indexOf('"') >= 0 || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("has a quote or a space within a part: quote the part");
    } else if (!text.isEmpty()) {
      return Wildcard.of(text);
    }
    throw new IllegalArgumentException("has a part that is empty");
  }

  /** The pattern that a name is by itself. */
  public static NamePattern exactly(List<String> name) {
    return new NamePattern(name.stream().map(Wildcard::literal).toList());
  }

  /** Whether the name has as many parts, and each fits. */
  public boolean matches(List<String> name) {
    if (name.size() != parts.size()) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).matches(name.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the last parts fit, as far as the name has any: the rest of it may be anything. */
  boolean mayMatch(List<String> name) {
    int both = Math.min(name.size(), parts.size());
    for (int i = 1; i <= both; i++) {
      if (!parts.get(parts.size() - i).matches(name.get(name.size() - i))) {
        return false;
      }
    }
    return both > 0;
  }

  /** Whether the first parts fit the whole of {@code name}: a column's relation. */
  boolean begins(List<String> name) {
    return name.size() < parts.size()
        && new NamePattern(parts.subList(0, name.size())).matches(name);
  }

  /** As rules write it. */
  @Override
  public String toString() {
    return parts.stream().map(NamePattern::written).collect(Collectors.joining("."));
  }

  private static String written(Wildcard part) {
    String text = part.toString();
    boolean plain =
        !text.isEmpty()
            && (part.isOpen() || text.indexOf('*') < 0)
            && text.indexOf('.') < 0
            && text.indexOf('"') < 0
            && text.chars().noneMatch(Character::isWhitespace);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
