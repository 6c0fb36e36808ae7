package dev.stepgate.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A text in which each {@code *} stands for any number of characters of any sort, none included.
 * Every other character stands for itself, case included. Matching takes a time in proportion to
 * the value and the pattern, whatever they hold (Knuth, Morris and Pratt for each piece between two
 * stars), so that nobody who chooses the value can make it slow.
 */
public final class Wildcard {

  private final String pattern;
  private final boolean open;
  private final String first;
  private final String last;
  private final List<Piece> between;

  private Wildcard(String pattern, List<String> pieces) {
    this.pattern = pattern;
    this.open = pieces.size() > 1;
    this.first = pieces.get(0);
    this.last = pieces.get(pieces.size() - 1);
    this.between =
        open
            ? pieces.subList(1, pieces.size() - 1).stream()
                .filter(piece -> !piece.isEmpty())
                .map(Piece::of)
                .toList()
            : List.of();
  }

  /** Reads a pattern. */
  public static Wildcard of(String pattern) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int star = pattern.indexOf('*'); star >= 0; star = pattern.indexOf('*', from)) {
      pieces.add(pattern.substring(from, star));
      from = star + 1;
    }
    pieces.add(pattern.substring(from));
    return new Wildcard(pattern, pieces);
  }

  /** A text that stands for itself alone, stars included. */
  static Wildcard literal(String text) {
    return new Wildcard(text, List.of(text));
  }

  /** Whether it stands for more than one value. */
  boolean isOpen() {
    return open;
  }

  /** Whether the whole of {@code value} fits. */
  public boolean matches(String value) {
    if (!open) {
      return value.equals(first);
    }
    int end = value.length() - last.length();
    if (end < first.length() || !value.startsWith(first) || !value.endsWith(last)) {
      return false;
    }
    int at = first.length();
    for (int i = 0; i < between.size(); i++) {
      at = between.get(i).after(value, at, end);
      if (at < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Wildcard wildcard
        && wildcard.open == open
        && wildcard.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return pattern;
  }

  /** What has to be found somewhere. */
  private static final class Piece {

    private final String text;

    /** For each place in it, how long the longest proper prefix is that ends there too. */
    private final int[] border;

    private Piece(String text, int[] border) {
      this.text = text;
      this.border = border;
    }

    static Piece of(String text) {
      int[] border = new int[text.length()];
      int length = 0;
      for (int i = 1; i < text.length(); i++) {
        while (length > 0 && text.charAt(i) != text.charAt(length)) {
          length = border[length - 1];
        }
        if (text.charAt(i) == text.charAt(length)) {
          length++;
        }
        border[i] = length;
      }
      return new Piece(text, border);
    }

    /** Behind its first place in {@code [from, end)} of {@code value}, or -1. */
    int after(String value, int from, int end) {
      int length = 0;
      for (int i = from; i < end; i++) {
        char c = value.charAt(i);
        while (length > 0 && c != text.charAt(length)) {
          length = border[length - 1];
        }
        if (c == text.charAt(length)) {
          length++;
        }
        if (length == text.length()) {
          return i + 1;
        }
      }
      return -1;
    }
  }
}
