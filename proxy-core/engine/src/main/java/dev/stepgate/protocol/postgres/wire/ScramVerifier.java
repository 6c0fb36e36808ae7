package dev.stepgate.protocol.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server keeps in place of a password (RFC 5802, section 3): enough to check a proof and to
 * prove itself, not enough to log in. Immutable; its text form says nothing of its keys.
 */
public final class ScramVerifier {

  /** Bytes of salt in a verifier made here; PostgreSQL takes 16. */
  public static final int SALT_BYTES = 16;

  /**
   * Iterations of a verifier made here: RFC 7677's least. A session token has 256 random bits,
   * which no number of iterations makes harder to guess; each would only cost the clients time.
   */
  public static final int DEFAULT_ITERATIONS = 4_096;

  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$([0-9]{1,9}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

  private final byte[] salt;
  private final int iterations;
  private final byte[] storedKey;
  private final byte[] serverKey;
  private final boolean mock;

  private ScramVerifier(
      byte[] salt, int iterations, byte[] storedKey, byte[] serverKey, boolean mock) {
    this.salt = salt;
    this.iterations = iterations;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
    this.mock = mock;
  }

  /**
   * The verifier of a password. Takes as long as the iterations do (4,096: some milliseconds): not
   * for an event loop.
   *
   * @param password its bytes, after SASLprep where that applies; not kept
   * @param salt random; copied
   * @param iterations at least 1
   */
  public static ScramVerifier of(byte[] password, byte[] salt, int iterations) {
    byte[] salted = ScramHash.saltedPassword(password, salt, iterations);
    byte[] storedKey = ScramHash.hash(ScramHash.clientKey(salted));
    byte[] serverKey = ScramHash.serverKey(salted);
    Arrays.fill(salted, (byte) 0);
    return new ScramVerifier(salt.clone(), iterations, storedKey, serverKey, false);
  }

  /**
   * A verifier that no password fits, for a user who does not exist. The same secret and user give
   * the same salt, so that asking twice tells nothing.
   *
   * @param secret random bytes that the gateway keeps while it runs
   * @param user the name that was asked for
   * @param iterations those of real verifiers
   */
  public static ScramVerifier mock(byte[] secret, String user, int iterations) {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    return new ScramVerifier(
        Arrays.copyOf(derived(secret, "salt", name), SALT_BYTES),
        iterations,
        derived(secret, "stored key", name),
        derived(secret, "server key", name),
        true);
  }

  private static byte[] derived(byte[] secret, String purpose, byte[] name) {
    byte[] label = ("stepgate scram mock " + purpose + ":").getBytes(StandardCharsets.US_ASCII);
    return ScramHash.hmac(secret, label, name);
  }

  /**
   * Reads PostgreSQL's form: {@code SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static ScramVerifier parse(String form) {
    Matcher matcher = FORM.matcher(form);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a SCRAM-SHA-256 verifier");
    }
    byte[] storedKey = Base64.getDecoder().decode(matcher.group(3));
    byte[] serverKey = Base64.getDecoder().decode(matcher.group(4));
    int iterations = Integer.parseInt(matcher.group(1));
    if (storedKey.length != ScramHash.BYTES
        || serverKey.length != ScramHash.BYTES
        || iterations == 0) {
      throw new IllegalArgumentException("not a SCRAM-SHA-256 verifier");
    }
    return new ScramVerifier(
        Base64.getDecoder().decode(matcher.group(2)), iterations, storedKey, serverKey, false);
  }

  /** PostgreSQL's form, as {@code pg_authid.rolpassword} holds it. */
  public String form() {
    Base64.Encoder base64 = Base64.getEncoder();
    return ScramHash.MECHANISM
        + "$"
        + iterations
        + ":"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(storedKey)
        + ":"
        + base64.encodeToString(serverKey);
  }

  /** A copy of the salt. */
  public byte[] salt() {
    return salt.clone();
  }

  /** How many iterations the client has to make. */
  public int iterations() {
    return iterations;
  }

  byte[] storedKey() {
    return storedKey;
  }

  byte[] serverKey() {
    return serverKey;
  }

  /** Whether this one is for a user who does not exist. */
  boolean isMock() {
    return mock;
  }

  @Override
  public String toString() {
    return "ScramVerifier[" + iterations + " iterations]";
  }
}
