package dev.stepgate.admission;

import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Recording;
import java.nio.ByteBuffer;

/**
 * Proof that an operation was decided and its request recorded; whoever forwards shows one. It
 * covers an exchange or a stream, and everything that belongs to the operation is recorded through
 * it. Confined to the thread of its entry. Every method that records throws {@link
 * EvidenceException} if it cannot; the connection must then end.
 */
public final class Permit implements Admission {

  private final Recording recording;
  private final long number;
  private final boolean asksLater;
  private boolean completed;

  Permit(Recording recording, long number) {
    this(recording, number, false);
  }

  Permit(Recording recording, long number, boolean asksLater) {
    this.recording = recording;
    this.number = number;
    this.asksLater = asksLater;
  }

  /** Whether people are asked when what this operation prepares is to run. */
  public boolean asksLater() {
    return asksLater;
  }

  /** The operation's number in its connection, from 1. */
  public long operation() {
    return number;
  }

  /** Records a piece of the client's data (CopyData) before it is forwarded. */
  public void request(ByteBuffer piece) {
    recording.requestData(number, piece);
  }

  /** Records a piece of what the client is about to see. */
  public void response(ByteBuffer piece) {
    recording.response(number, piece);
  }

  /**
   * Records how the operation ended, with the last of what the client is about to see. Once; later
   * calls do nothing.
   *
   * @param rows how many rows the client was sent within it
   */
  public void complete(Outcome outcome, long rows, ByteBuffer last) {
    if (!completed) {
      completed = true;
      recording.outcome(number, outcome, rows, last);
    }
  }

  /** Whether {@link #complete} was called. */
  public boolean completed() {
    return completed;
  }
}
