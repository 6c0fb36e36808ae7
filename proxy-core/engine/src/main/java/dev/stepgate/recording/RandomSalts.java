package dev.stepgate.recording;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Salts from the key stream of AES-256 in counter mode, under a key from the system's random
 * numbers: some 10 ns each, where asking the system itself takes a microsecond. One thread.
 */
final class RandomSalts implements Salts {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK = 16;
  private static final byte[] ZEROS = new byte[BYTES << 8];

  private final Cipher cipher;
  private final byte[] stream = new byte[ZEROS.length];
  private int used = stream.length;

  RandomSalts() {
    try {
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK]));
      Arrays.fill(key, (byte) 0);
    } catch (GeneralSecurityException e) {
      throw new EvidenceException("this Java has no AES in counter mode: " + e.getMessage(), e);
    }
  }

  @Override
  public void next(byte[] into, int at) {
    if (used == stream.length) {
      refill();
    }
    System.arraycopy(stream, used, into, at, BYTES);
    Arrays.fill(stream, used, used + BYTES, (byte) 0);
    used += BYTES;
  }

  private void refill() {
    try {
      cipher.update(ZEROS, 0, ZEROS.length, stream);
      used = 0;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
