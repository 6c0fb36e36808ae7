package dev.stepgate.transport;

/**
 * What a server answered.
 *
 * @param status the status, 200 or from 400 to 499
 * @param body the whole body; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record HttpReply(int status, byte[] body) {

  /** 200. */
  public static final int OK = 200;

  /** Whether it is a 200. */
  public boolean ok() {
    return status == OK;
  }
}
