package dev.stepgate.protocol.postgres.wire;

/**
 * Bytes that are not the message that they claim to be, or that exceed a limit. The stream that
 * they came from cannot be trusted any further.
 *
 * <p>It carries no stack trace: a hostile peer can cause as many as it likes, and the place is told
 * by the message, fault and numbers.
 */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, for code to branch on. */
  public enum Fault {
    /** A message's own length word is below what the message needs or not what it must be. */
    LENGTH,
    /** A length or count is above its named limit. */
    LIMIT,
    /** A count or length inside a message is negative or larger than the bytes left in it. */
    COUNT,
    /** A string or list does not end inside its message. */
    TERMINATOR,
    /** Bytes are left over behind the last field. */
    TRAILING,
    /** An unknown message type, or one that has no place here. */
    TYPE,
    /** A field has a value that the protocol does not define. */
    VALUE,
    /** Text that must be UTF-8 or printable ASCII is not. */
    ENCODING,
    /** A protocol version that is not 3.x. */
    VERSION,
    /** A SCRAM message breaks RFC 5802, or what it proves is wrong. */
    SCRAM
  }

  private final Fault fault;
  private final String place;
  private final long value;
  private final long limit;

  private WireException(Fault fault, String place, String text, long value, long limit) {
    super(place + ": " + text, null, false, false);
    this.fault = fault;
    this.place = place;
    this.value = value;
    this.limit = limit;
  }

  /** A number that is on the wrong side of its limit; both are put into the sentence. */
  static WireException beyond(Fault fault, String place, String what, long value, long limit) {
    String text = what + " is " + value + ", " + (value < limit ? "at least " : "at most ");
    return new WireException(fault, place, text + limit + " expected", value, limit);
  }

  /** A value that the protocol does not define. */
  static WireException undefined(Fault fault, String place, String what, long value) {
    return new WireException(fault, place, what + " " + value + " is not defined", value, 0);
  }

  /** Anything that has no number. {@code text} never holds bytes of the peer's. */
  static WireException because(Fault fault, String place, String text) {
    return new WireException(fault, place, text, 0, 0);
  }

  /** What is wrong. */
  public Fault fault() {
    return fault;
  }

  /** The message, and where it helps the field, that is wrong: {@code Bind} for one. */
  public String place() {
    return place;
  }

  /** The number that is wrong, or 0 where there is none. */
  public long value() {
    return value;
  }

  /** The limit that {@link #value} broke, or 0 where there is none. */
  public long limit() {
    return limit;
  }
}
