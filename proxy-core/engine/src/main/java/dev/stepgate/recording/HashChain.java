package dev.stepgate.recording;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash chain over a recording's lines: {@code h(n) = SHA-256(h(n-1) || line n)}, {@code h(0)} =
 * 32 zero bytes. Works on heads that others keep, so that one serves many recordings; one thread.
 */
public final class HashChain {

  /** The bytes of a head. */
  public static final int BYTES = 32;

  private final MessageDigest sha256 = sha256();

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Turns {@code head} from {@code h(n-1)} into {@code h(n)}; the line is without its LF. */
  public void advance(byte[] head, byte[] line, int from, int length) {
    sha256.update(head, 0, BYTES);
    sha256.update(line, from, length);
    finish(sha256, head);
  }

  /** Ends a digest into {@code hash}. */
  static void finish(MessageDigest digest, byte[] hash) {
    try {
      digest.digest(hash, 0, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }
}
