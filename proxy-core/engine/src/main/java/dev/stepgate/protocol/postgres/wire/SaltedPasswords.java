package dev.stepgate.protocol.postgres.wire;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The salted passwords that were derived lately, so that a gateway that logs in again and again
 * pays the iterations once. A few, the oldest forgotten first; told apart by a keyed hash of the
 * password, the salt and the iterations, so that no password is kept. Thread-safe.
 */
public final class SaltedPasswords {

  /** How many are kept. A server's user has one salt, so one a connection is used. */
  public static final int MAX = 64;

  private static final int KEY_BYTES = 32;

  private final byte[] key = new byte[KEY_BYTES];
  private final Map<String, byte[]> derived = new LinkedHashMap<>();

  /** None yet. */
  public SaltedPasswords(SecureRandom random) {
    random.nextBytes(key);
  }

  /** {@code Hi(password, salt, iterations)}; the caller owns the array. */
  byte[] of(byte[] password, byte[] salt, int iterations) {
    String name = name(password, salt, iterations);
    byte[] known = known(name);
    if (known != null) {
      return known;
    }
    byte[] salted = ScramHash.saltedPassword(password, salt, iterations);
    keep(name, salted.clone());
    return salted;
  }

  private String name(byte[] password, byte[] salt, int iterations) {
    byte[] proof = ScramHash.hmac(key, ScramHash.hmac(key, password), salt);
    return HexFormat.of().formatHex(proof) + ":" + iterations;
  }

  private synchronized byte[] known(String name) {
    byte[] known = derived.get(name);
    return known == null ? null : known.clone();
  }

  private synchronized void keep(String name, byte[] salted) {
    if (derived.size() == MAX) {
      Iterator<byte[]> oldest = derived.values().iterator();
      Arrays.fill(oldest.next(), (byte) 0);
      oldest.remove();
    }
    derived.put(name, salted);
  }
}
