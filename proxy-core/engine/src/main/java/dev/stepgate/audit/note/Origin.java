package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.MalformedException;
import java.util.regex.Pattern;

/** A log's name, which is also its key's: {@code stepgate/<gateway name>}. */
public final class Origin {

  /** The longest origin, in characters. */
  public static final int MAX_CHARACTERS = 128;

  private static final String PREFIX = "stepgate/";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._/-]{1," + MAX_CHARACTERS + "}");

  private Origin() {}

  /** The origin of a gateway's log. */
  public static String of(String gatewayName) {
    return checked(PREFIX + gatewayName);
  }

  /**
   * The origin itself.
   *
   * @throws MalformedException if it is none
   */
  public static String checked(String origin) {
    if (!FORM.matcher(origin).matches()) {
      throw new MalformedException(
          "a log's origin has 1 to "
              + MAX_CHARACTERS
              + " characters of A-Z a-z 0-9 . _ - /: "
              + Shown.of(origin));
    }
    return origin;
  }
}
