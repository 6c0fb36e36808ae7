package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * JSON in the one canonical form of {@code docs/specs/log.md}: values are String, Long (0 to
 * 2⁵³−1), Boolean, List and Map (in the order of its keys).
 */
public final class Json {

  /** The largest number. */
  public static final long MAX_NUMBER = (1L << 53) - 1;

  private static final String ESCAPES = "btnufr";

  private Json() {}

  /**
   * Reads one value; accepts exactly what {@link #encode} writes.
   *
   * @throws MalformedException with the offset of what is wrong
   */
  public static Object decode(byte[] bytes) {
    return new JsonReader(bytes).document();
  }

  /** Writes a value. Halves of surrogate pairs, which UTF-8 cannot carry, become U+FFFD. */
  public static byte[] encode(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof String text) {
      string(text, out);
    } else if (value instanceof Long number) {
      out.append(number(number));
    } else if (value instanceof Boolean truth) {
      out.append(truth.booleanValue());
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object element : list) {
        out.append(separator);
        write(element, out);
        separator = ",";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        string((String) entry.getKey(), out);
        out.append(':');
        write(entry.getValue(), out);
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else {
      throw new IllegalArgumentException("no JSON for " + value);
    }
  }

  private static long number(long value) {
    if (value < 0 || value > MAX_NUMBER) {
      throw new MalformedException("a number is from 0 to " + MAX_NUMBER + ", not " + value);
    }
    return value;
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(escape(c));
      } else if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        out.append(pair ? text.substring(i, i + 2) : "\uFFFD");
        i += pair ? 1 : 0;
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /** The escape of a control character: {@code \n}, {@code \u001b}. */
  static String escape(char c) {
    boolean named = c >= '\b' && c <= '\r' && c != 0x0b;
    return named ? "\\" + ESCAPES.charAt(c - '\b') : String.format("\\u%04x", (int) c);
  }
}
