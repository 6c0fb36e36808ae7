package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.util.regex.Pattern;

/** The forms of names that leaves and bundles carry. */
public final class Names {

  /** The largest number of a recording in its session. */
  public static final int MAX_RECORDING = 999_999_999;

  private static final Pattern SESSION = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
  private static final Pattern RECORDING = Pattern.compile("[0-9]{4}|[1-9][0-9]{4,8}");

  private Names() {}

  /** A ULID, or an error. */
  public static String session(String text) {
    if (!SESSION.matcher(text).matches()) {
      throw new MalformedException(
          "not a session's name (ULID) of " + text.length() + " characters");
    }
    return text;
  }

  /** A recording's number from its name within the session: {@code 0001} is 1. */
  public static int recording(String text) {
    if (!RECORDING.matcher(text).matches() || text.equals("0000")) {
      throw new MalformedException("not a recording's number: " + text.length() + " characters");
    }
    return Integer.parseInt(text);
  }

  /** Whether that is a recording's number in its canonical form. */
  public static boolean isRecording(String text) {
    return RECORDING.matcher(text).matches() && !text.equals("0000");
  }

  /** A recording's name within the session: at least four digits. */
  public static String recording(int number) {
    if (number < 1 || number > MAX_RECORDING) {
      throw new MalformedException(
          "a recording's number is from 1 to " + MAX_RECORDING + ", not " + number);
    }
    return String.format("%04d", number);
  }
}
