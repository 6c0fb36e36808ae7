package dev.stepgate.protocol.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The answer to AuthenticationMD5Password. */
public final class Md5Password {

  private Md5Password() {}

  /**
   * {@code "md5" || md5(md5(password || user) || salt)}, both in hex.
   *
   * @param user the upstream user
   * @param password its bytes as the server was given them; not kept
   * @param request the salt
   */
  public static PasswordMessage answer(
      WireText user, byte[] password, AuthenticationMD5Password request) {
    String inner = hex(password, user.bytes());
    String outer = hex(inner.getBytes(StandardCharsets.US_ASCII), request.salt());
    return new PasswordMessage(WireText.of("md5" + outer));
  }

  private static String hex(byte[] first, byte[] second) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(first);
      md5.update(second);
      return HexFormat.of().formatHex(md5.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no MD5", e);
    }
  }
}
