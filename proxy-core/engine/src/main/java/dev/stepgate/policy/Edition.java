package dev.stepgate.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One state of the rules of a connection, as evidence names it.
 *
 * @param digest SHA-256 of {@code canonical} in lower-case hex
 * @param canonical the rules in their canonical form: {@code docs/specs/policy.md}
 */
public record Edition(String digest, String canonical) {

  /** The canonical form as it is digested: UTF-8. */
  public byte[] bytes() {
    return canonical.getBytes(StandardCharsets.UTF_8);
  }

  static Edition of(Ruleset ruleset) {
    String canonical = Canonical.of(ruleset);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
      return new Edition(HexFormat.of().formatHex(digest), canonical);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
