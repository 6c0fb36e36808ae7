package dev.stepgate.recording;

/**
 * What a line says about its body, and whether it is there.
 *
 * @param at where its region begins in the bodies file
 * @param size its size in bytes, without the salt
 * @param sum the commitment, SHA-256 of salt and body, in base64
 * @param state whether it can be read
 */
public record Body(long at, long size, String sum, State state) {

  /** What a line without a body has. */
  public static final Body EMPTY = new Body(0, 0, "", State.EMPTY);

  /** Whether a body can be read. */
  public enum State {
    /** The line has no body. */
    EMPTY,
    /** It is there and, if the reader checks bodies, matches its sum. */
    PRESENT,
    /** It was withheld. */
    WITHHELD,
    /** It lay beyond the capture limit and was never kept. */
    NOT_KEPT
  }

  /** How many bytes of the bodies file belong to it, the salt included. */
  public long region() {
    return switch (state) {
      case EMPTY -> 0;
      case NOT_KEPT -> Salts.BYTES;
      default -> Salts.BYTES + size;
    };
  }

  /** Where its content begins. */
  public long contentAt() {
    return at + Salts.BYTES;
  }
}
