package dev.stepgate.protocol.postgres.wire;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * SASLprep (RFC 4013) of a password as PostgreSQL does it on both sides ({@code saslprep.c}): ASCII
 * stays as it is; what is not UTF-8 or holds a prohibited or (in Unicode 3.2) unassigned code point
 * is used raw, not refused; and prohibition and bidirectionality are judged before normalization,
 * after mapping.
 */
final class SaslPrep {

  private static final String HEBREW_ALEF = "\u05d0";

  private SaslPrep() {}

  /** The bytes to hash, always a fresh array. */
  static byte[] prepared(byte[] password) {
    if (WireText.isAscii(password)) {
      return password.clone();
    }
    String text = WireText.utf8(password);
    if (text == null) {
      return password.clone();
    }
    int[] mapped = text.codePoints().filter(c -> !isDropped(c)).map(SaslPrep::mapped).toArray();
    if (mapped.length == 0 || isProhibited(mapped) || breaksBidi(mapped)) {
      return password.clone();
    }
    String kept = new String(mapped, 0, mapped.length);
    return Normalizer.normalize(kept, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
  }

  private static int mapped(int c) {
    return isSpace(c) ? ' ' : c;
  }

  /** RFC 3454, table C.1.2: non-ASCII spaces, U+200B among them. */
  private static boolean isSpace(int c) {
    return c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200b)
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** RFC 3454, table B.1: commonly mapped to nothing. Spaces are looked at first. */
  private static boolean isDropped(int c) {
    return c == 0xad
        || c == 0x34f
        || c == 0x1806
        || (c >= 0x180b && c <= 0x180d)
        || c == 0x200c
        || c == 0x200d
        || c == 0x2060
        || (c >= 0xfe00 && c <= 0xfe0f)
        || c == 0xfeff;
  }

  private static boolean isProhibited(int[] text) {
    for (int c : text) {
      if (Character.isISOControl(c) || isProhibitedIn32(c)) {
        return true;
      }
    }
    return false;
  }

  /**
   * RFC 3454, tables C.2.2 to C.9 and A.1. The JDK's {@link IDN} works by the same tables
   * (nameprep, Unicode 3.2) and is asked for a single code point: it throws for a prohibited or
   * unassigned one.
   */
  private static boolean isProhibitedIn32(int c) {
    if (c < 0x80) {
      return false;
    }
    if (c == 0x340 || c == 0x341) {
      // Table C.8. IDN normalizes before it looks, and no longer sees them.
      return true;
    }
    String alone = new String(Character.toChars(c));
    // The second for those that normalize to a letter and a mark, with which no right-to-left label
    // may end.
    return !isLabel(alone) && !isLabel(HEBREW_ALEF + alone + HEBREW_ALEF);
  }

  private static boolean isLabel(String text) {
    try {
      IDN.toASCII(text, 0);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** RFC 3454, section 6. */
  private static boolean breaksBidi(int[] text) {
    boolean rightToLeft = false;
    boolean leftToRight = false;
    for (int c : text) {
      rightToLeft |= isRightToLeft(c);
      leftToRight |= Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
    }
    return rightToLeft
        && (leftToRight || !isRightToLeft(text[0]) || !isRightToLeft(text[text.length - 1]));
  }

  private static boolean isRightToLeft(int c) {
    byte direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
