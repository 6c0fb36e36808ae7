package dev.stepgate.session;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * A session's name: a ULID, 26 characters of Crockford's base 32, of which the first 10 are
 * milliseconds since 1970 and the other 16 are 80 random bits. Ids of one millisecond do not sort;
 * ids of different ones do.
 *
 * @param value the 26 characters, upper case
 */
public record SessionId(String value) implements Comparable<SessionId> {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Pattern FORM = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
  private static final int TIME_DIGITS = 10;
  private static final int RANDOM_DIGITS = 16;
  private static final int REFERENCE_DIGITS = 4;

  /** Refuses anything that is not a ULID, so that an id can name a directory. */
  public SessionId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a session id (26 characters of Crockford base 32): " + value);
    }
  }

  /** A new id for a session opened at {@code epochMillis}. */
  public static SessionId create(long epochMillis, SecureRandom random) {
    StringBuilder text = new StringBuilder(TIME_DIGITS + RANDOM_DIGITS);
    for (int i = TIME_DIGITS - 1; i >= 0; i--) {
      text.append(DIGITS.charAt((int) (epochMillis >>> (5 * i)) & 31));
    }
    for (int i = 0; i < RANDOM_DIGITS; i++) {
      text.append(DIGITS.charAt(random.nextInt(32)));
    }
    return new SessionId(text.toString());
  }

  /**
   * The short form that people read and type: {@code sg-} and the last four characters. Not unique.
   */
  public String reference() {
    return "sg-" + value.substring(value.length() - REFERENCE_DIGITS);
  }

  @Override
  public int compareTo(SessionId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
