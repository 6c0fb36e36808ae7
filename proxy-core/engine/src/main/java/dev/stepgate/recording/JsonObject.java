package dev.stepgate.recording;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict parser of one JSON object (RFC 8259): strings become String, integers Long, true and
 * false Boolean, objects Map, arrays List; anything else, which the format does not use, becomes
 * {@link #OTHER}.
 */
final class JsonObject {

  /** A number that is no integer, or null. */
  static final Object OTHER = new Object();

  private static final int MAX_DEPTH = 16;

  private final String text;
  private int at;

  /** What is wrong, and at which character. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what);
    }
  }

  private JsonObject(String text) {
    this.text = text;
  }

  /** The object's members in their order. */
  static Map<String, Object> parse(byte[] bytes, int from, int length) throws Malformed {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, length))
              .toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("bytes that are not UTF-8");
    }
    JsonObject parser = new JsonObject(text);
    parser.space();
    Map<String, Object> members = parser.object(0);
    parser.space();
    if (parser.at < text.length()) {
      throw parser.unexpected("the end");
    }
    return members;
  }

  private Map<String, Object> object(int depth) throws Malformed {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    space();
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      space();
      String key = string();
      space();
      expect(':');
      space();
      if (members.put(key, value(depth + 1)) != null) {
        throw new Malformed("the key \"" + key + "\" twice");
      }
      space();
      if (peek() != ',') {
        expect('}');
        return members;
      }
      at++;
    }
  }

  private Object value(int depth) throws Malformed {
    if (depth > MAX_DEPTH) {
      throw new Malformed("values nested more than " + MAX_DEPTH + " deep");
    }
    char c = peek();
    if (c == '"') {
      return string();
    }
    if (c == '{') {
      return object(depth);
    }
    if (c == '[') {
      return array(depth);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      return number();
    }
    return word();
  }

  private List<Object> array(int depth) throws Malformed {
    List<Object> elements = new ArrayList<>();
    expect('[');
    space();
    if (peek() == ']') {
      at++;
      return elements;
    }
    while (true) {
      space();
      elements.add(value(depth + 1));
      space();
      if (peek() != ',') {
        expect(']');
        return elements;
      }
      at++;
    }
  }

  private Object word() throws Malformed {
    if (text.startsWith("true", at)) {
      at += 4;
      return true;
    }
    if (text.startsWith("false", at)) {
      at += 5;
      return false;
    }
    if (text.startsWith("null", at)) {
      at += 4;
      return OTHER;
    }
    throw unexpected("a value");
  }

  private Object number() throws Malformed {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int first = at;
    digits();
    if (text.charAt(first) == '0' && at > first + 1) {
      throw new Malformed("a number that begins with 0");
    }
    boolean integer = true;
    if (peek() == '.') {
      integer = false;
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      integer = false;
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    try {
      return integer ? (Object) Long.parseLong(text.substring(start, at)) : OTHER;
    } catch (NumberFormatException e) {
      return OTHER;
    }
  }

  private void digits() throws Malformed {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected("a digit");
    }
  }

  private String string() throws Malformed {
    expect('"');
    int start = at;
    while (peek() != '"' && peek() != '\\' && peek() >= ' ') {
      at++;
    }
    if (peek() == '"') {
      return text.substring(start, at++);
    }
    StringBuilder made = new StringBuilder(text.substring(start, at));
    while (true) {
      char c = peek();
      if (c == '"') {
        at++;
        return made.toString();
      }
      if (c < ' ') {
        throw unexpected("the end of a string");
      }
      at++;
      made.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() throws Malformed {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> {
        at--;
        throw unexpected("an escape");
      }
    };
  }

  private char unicode() throws Malformed {
    int value = 0;
    for (int i = 0; i < 4; i++, at++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() > 'f') {
        throw unexpected("a hex digit");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
      at++;
    }
  }

  /** The next character, or 0, which no JSON has outside of strings and no string unescaped. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) throws Malformed {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    at++;
  }

  private Malformed unexpected(String wanted) {
    String found =
        at < text.length() ? String.format("U+%04X", (int) text.charAt(at)) : "the end of the line";
    return new Malformed(found + " at character " + (at + 1) + " instead of " + wanted);
  }
}
