package dev.stepgate.transport;

/**
 * Whose process is at the other end of an accepted connection, as the kernel tells.
 *
 * @param kind what the kernel told
 * @param uid the user's number, as an unsigned number of 32 bits; 0 unless {@link Kind#KNOWN}
 */
public record PeerUser(Kind kind, int uid) {

  /** Another user's, whose number is not known here. */
  public static final PeerUser OTHER = new PeerUser(Kind.OTHER, 0);

  /** Nobody's any more. */
  public static final PeerUser GONE = new PeerUser(Kind.GONE, 0);

  /** The kernel cannot be asked. */
  public static final PeerUser UNTOLD = new PeerUser(Kind.UNTOLD, 0);

  /** Too many wait to be looked at. */
  public static final PeerUser BUSY = new PeerUser(Kind.BUSY, 0);

  /** What is known of it. */
  public enum Kind {
    /** The kernel named the user. */
    KNOWN,
    /**
     * Another user's than those that were expected; the kernel's name for it has no number here.
     */
    OTHER,
    /** The connection has no process behind it any more: the peer has closed it. */
    GONE,
    /**
     * The kernel cannot be asked: no Linux, no {@code /proc}, an end that is no loopback address.
     */
    UNTOLD,
    /** Nobody looked, because too many wait. */
    BUSY
  }

  /** The user of that number. */
  public static PeerUser of(int uid) {
    return new PeerUser(Kind.KNOWN, uid);
  }
}
