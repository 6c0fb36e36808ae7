package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.MalformedException;
import java.util.Base64;

/** Standard base64 with padding, in its one canonical form (RFC 4648, section 4). */
public final class Base64Text {

  private Base64Text() {}

  /**
   * The bytes.
   *
   * @throws MalformedException if encoding them again gives another text
   */
  public static byte[] decode(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedException("not base64 (" + e.getMessage() + "): " + Shown.of(text));
    }
    throw new MalformedException("not base64 in its canonical form: " + Shown.of(text));
  }
}
