package dev.stepgate.admission;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An operation as people are shown it before they agree, and the bytes that they agree to.
 *
 * @param statement its text, as a person reads it
 * @param parameters its parameters in order, as a person reads them
 * @param prepared the message that prepared the statement, whole; empty if none did
 * @param request the messages that will be forwarded, whole
 * @param transaction whether it would wait inside a transaction
 */
public record Shown(
    String statement,
    List<String> parameters,
    ByteBuffer prepared,
    ByteBuffer request,
    boolean transaction) {

  /** The most that {@link #prepared} and {@link #request} may have together, in bytes. */
  public static final int MAX_BYTES = 128 << 10;

  /** Copies the list. */
  public Shown {
    parameters = List.copyOf(parameters);
  }

  int bytes() {
    return prepared.remaining() + request.remaining();
  }
}
