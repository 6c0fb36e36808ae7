package dev.stepgate.protocol.postgres.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** RFC 5802's functions with SHA-256 (RFC 7677). */
final class ScramHash {

  /** The mechanism without channel binding. */
  static final String MECHANISM = "SCRAM-SHA-256";

  /** The mechanism with channel binding. */
  static final String MECHANISM_PLUS = "SCRAM-SHA-256-PLUS";

  /** The only kind of channel binding that PostgreSQL knows (RFC 5929, section 4). */
  static final String BINDING_TYPE = "tls-server-end-point";

  /** The length of a hash and of a key, in bytes. */
  static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

  private ScramHash() {}

  /**
   * {@code Hi(password, salt, iterations)}: PBKDF2 with one block. Written out, since the JDK's
   * takes characters and PostgreSQL's passwords need not be any.
   */
  static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
    Mac mac = mac(password);
    mac.update(salt);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, 1));
    byte[] block = mac.doFinal();
    byte[] result = block.clone();
    try {
      for (int i = 1; i < iterations; i++) {
        mac.update(block);
        mac.doFinal(block, 0);
        for (int k = 0; k < BYTES; k++) {
          result[k] ^= block[k];
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a block holds one HMAC", e);
    }
    return result;
  }

  static byte[] clientKey(byte[] saltedPassword) {
    return hmac(saltedPassword, CLIENT_KEY);
  }

  static byte[] serverKey(byte[] saltedPassword) {
    return hmac(saltedPassword, SERVER_KEY);
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    Mac mac = mac(key);
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  static byte[] hash(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  static byte[] xor(byte[] a, byte[] b) {
    byte[] result = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      result[i] = (byte) (a[i] ^ b[i]);
    }
    return result;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      // An empty key is the same as one of zeros (RFC 2104), but the JDK refuses it.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + HMAC, e);
    }
  }
}
