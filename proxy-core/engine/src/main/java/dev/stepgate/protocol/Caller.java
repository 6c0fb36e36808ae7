package dev.stepgate.protocol;

/**
 * Who an endpoint's client is to the session.
 *
 * @param kind who
 * @param uid the user's number, unsigned; 0 where {@code told} is false
 * @param told whether the kernel named the user
 */
public record Caller(Kind kind, int uid, boolean told) {

  /** Nothing is known: neither whose the step is nor whose the client is. */
  public static final Caller UNKNOWN = new Caller(Kind.UNKNOWN, 0, false);

  /** Who a client is. */
  public enum Kind {
    /** The user that the step runs as. */
    STEP,
    /** Root, who may do anything. */
    ROOT,
    /** Another user. */
    STRANGER,
    /** Nobody any more, or nobody could be found out in time. */
    NOBODY,
    /** The kernel does not say, or it is not known as whom the step runs. */
    UNKNOWN
  }

  /** Whether it is the step's, as far as can be known: what is unknown is not. */
  public boolean own() {
    return kind == Kind.STEP || kind == Kind.ROOT;
  }

  /** Whether it is provably not the step's. */
  public boolean foreign() {
    return kind == Kind.STRANGER || kind == Kind.NOBODY;
  }

  /** How a recording says it: {@code {"is":"step","uid":1001}}. */
  public String json() {
    String is = "{\"is\":\"" + kind.name().toLowerCase(java.util.Locale.ROOT) + "\"";
    return told ? is + ",\"uid\":" + Integer.toUnsignedLong(uid) + "}" : is + "}";
  }
}
