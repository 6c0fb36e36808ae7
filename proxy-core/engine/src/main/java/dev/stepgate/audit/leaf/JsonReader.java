package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads canonical JSON, one value after the other. */
final class JsonReader {

  /** How deep values may lie in one another. */
  static final int MAX_DEPTH = 8;

  private static final int MAX_DIGITS = 16;

  /** The one escape of each control character. */
  private static final String[] ESCAPES = new String[' '];

  static {
    for (char c = 0; c < ESCAPES.length; c++) {
      ESCAPES[c] = Json.escape(c);
    }
  }

  private final String text;
  private int at;

  JsonReader(byte[] bytes) {
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("JSON is UTF-8, this is not");
    }
  }

  Object document() {
    Object value = value(0);
    if (at != text.length()) {
      throw wrong("the end");
    }
    return value;
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedException("JSON lies deeper than " + MAX_DEPTH + " at character " + at);
    }
    char c = peek();
    if (c == '"') {
      return string();
    } else if (c >= '0' && c <= '9') {
      return number();
    } else if (c == '{') {
      return object(depth);
    } else if (c == '[') {
      return array(depth);
    } else if (text.startsWith("true", at)) {
      at += 4;
      return true;
    } else if (text.startsWith("false", at)) {
      at += 5;
      return false;
    }
    throw wrong("a value");
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    if (peek() == '}') {
      at++;
      return object;
    }
    do {
      String key = string();
      expect(':');
      if (object.put(key, value(depth + 1)) != null) {
        throw new MalformedException("a key stands twice before character " + at);
      }
    } while (goesOn('}'));
    return object;
  }

  private List<Object> array(int depth) {
    List<Object> array = new ArrayList<>();
    at++;
    if (peek() == ']') {
      at++;
      return array;
    }
    do {
      array.add(value(depth + 1));
    } while (goesOn(']'));
    return array;
  }

  private boolean goesOn(char end) {
    char c = peek();
    if (c != ',' && c != end) {
      throw wrong("',' or '" + end + "'");
    }
    at++;
    return c == ',';
  }

  private Long number() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    int digits = at - from;
    if (digits > MAX_DIGITS || (digits > 1 && text.charAt(from) == '0')) {
      throw new MalformedException("no canonical number at character " + from);
    }
    long value = Long.parseLong(text.substring(from, at));
    if (value > Json.MAX_NUMBER) {
      throw new MalformedException("a number beyond " + Json.MAX_NUMBER + " at character " + from);
    }
    return value;
  }

  private String string() {
    expect('"');
    int from = at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      plain();
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(from, at++);
    }
    StringBuilder out = new StringBuilder(text.substring(from, at));
    for (char c = peek(); c != '"'; c = peek()) {
      if (c == '\\') {
        out.append(escaped());
      } else {
        plain();
        out.append(c);
      }
    }
    at++;
    return out.toString();
  }

  private void plain() {
    if (text.charAt(at) < ' ') {
      throw wrong("no control character");
    }
    at++;
  }

  private char escaped() {
    for (int c = 0; c < ESCAPES.length; c++) {
      if (text.startsWith(ESCAPES[c], at)) {
        at += ESCAPES[c].length();
        return (char) c;
      }
    }
    char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    if (c == '"' || c == '\\') {
      at += 2;
      return c;
    }
    throw wrong("a canonical escape");
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw wrong("'" + expected + "'");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw new MalformedException("JSON ends too early, at character " + at);
    }
    return text.charAt(at);
  }

  private MalformedException wrong(String expected) {
    return new MalformedException("JSON wants " + expected + " at character " + at);
  }
}
