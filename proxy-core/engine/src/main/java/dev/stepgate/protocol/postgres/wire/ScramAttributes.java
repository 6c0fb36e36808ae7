package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.Base64;

/**
 * Reads a SCRAM message's attributes one after another: {@code a=value,b=value,…} (RFC 5802,
 * section 7). What a peer sent is never put into an error.
 */
final class ScramAttributes {

  /** Stands for the end of the message; no message holds it. */
  static final char END = '\0';

  private static final int MAX_DIGITS = 10;

  private final String place;
  private final String text;
  private int at;

  ScramAttributes(String place, byte[] message, int limit) {
    this.place = place;
    if (message.length > limit) {
      throw WireException.beyond(Fault.LIMIT, place, "length", message.length, limit);
    }
    String decoded = WireText.utf8(message);
    if (decoded == null || decoded.indexOf(END) >= 0) {
      throw WireException.because(Fault.ENCODING, place, "not UTF-8 without U+0000");
    }
    this.text = decoded;
  }

  /** What has been read so far. */
  String before() {
    return text.substring(0, at);
  }

  /** What has not been read yet. */
  String rest() {
    return text.substring(at);
  }

  /** The next attribute's name, or {@code U+0000} at the end; consumes nothing. */
  char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  /** Takes everything up to the next comma, and the comma. */
  String field() {
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    String field = text.substring(at, end);
    at = comma < 0 ? text.length() : comma + 1;
    return field;
  }

  /** Takes the value of the attribute {@code name}, which must stand here. */
  String value(char name) {
    if (peek() != name || at + 1 >= text.length() || text.charAt(at + 1) != '=') {
      throw refused("attribute " + name + " expected");
    }
    return field().substring(2);
  }

  /** Takes an attribute's value that must be printable ASCII and not empty: a nonce. */
  String nonce() {
    String nonce = value('r');
    if (nonce.isEmpty()) {
      throw refused("the nonce is empty");
    }
    for (int i = 0; i < nonce.length(); i++) {
      if (nonce.charAt(i) <= ' ' || nonce.charAt(i) > '~') {
        throw refused("the nonce is not printable ASCII");
      }
    }
    return nonce;
  }

  /** Takes an attribute's value that must be a positive number of at most ten digits. */
  long number(char name) {
    String digits = value(name);
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || digits.charAt(0) == '0') {
      throw refused("attribute " + name + " is no number");
    }
    for (int i = 0; i < digits.length(); i++) {
      if (!isDigit(digits.charAt(i))) {
        throw refused("attribute " + name + " is no number");
      }
    }
    return Long.parseLong(digits);
  }

  /** Takes an attribute's value that must be canonical base 64. */
  byte[] base64(char name) {
    String value = value(name);
    if (looksLikeBase64(value)) {
      byte[] bytes = Base64.getDecoder().decode(value);
      // Bits that no byte takes up must be zero: one value, one text.
      if (Base64.getEncoder().encodeToString(bytes).equals(value)) {
        return bytes;
      }
    }
    throw refused("attribute " + name + " is not base 64");
  }

  /** Whole groups of four, padding only at the end: what the decoder takes without throwing. */
  private static boolean looksLikeBase64(String value) {
    int end = value.length();
    for (int padding = 0; padding < 2 && end > 0 && value.charAt(end - 1) == '='; padding++) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      if (!isLetter(c) && !isDigit(c) && c != '+' && c != '/') {
        return false;
      }
    }
    return value.length() % 4 == 0;
  }

  /** Refuses if a mandatory extension stands here, where RFC 5802 has its place. */
  void noMandatoryExtension() {
    if (peek() == 'm') {
      throw refused("a mandatory extension is not known");
    }
  }

  /** Skips optional extensions, of which none is known, up to the attribute {@code until}. */
  void extensions(char until) {
    while (peek() != until && at < text.length()) {
      String extension = field();
      if (extension.length() < 3 || extension.charAt(1) != '=' || !isLetter(extension.charAt(0))) {
        throw refused("an extension is not an attribute");
      }
      if (extension.charAt(0) == 'm') {
        throw refused("a mandatory extension is not known");
      }
    }
  }

  /** Refuses what is left over, a comma included. */
  void end() {
    if (at < text.length() || text.endsWith(",")) {
      throw refused("something stands behind the last attribute");
    }
  }

  WireException refused(String why) {
    return WireException.because(Fault.SCRAM, place, why);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
