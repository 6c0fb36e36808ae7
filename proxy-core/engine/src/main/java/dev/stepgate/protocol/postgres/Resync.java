package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.BackendFrames.CLOSE_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.READY;

/**
 * Finds out where the server stands after an error within COPY FROM STDIN when Syncs had been sent
 * before CopyDone: it answers only those that it had not swallowed by then, and nobody outside can
 * know how many these are. An error in a BEFORE STATEMENT trigger comes before the first is
 * swallowed, an error in the data after.
 *
 * <p>So the gateway sends Sync, Close of a statement that does not exist, and Sync, and counts:
 *
 * <pre>
 *   ReadyForQuery × n, CloseComplete, ReadyForQuery
 * </pre>
 *
 * The last before CloseComplete answers the gateway's own first Sync; those before it are the
 * client's and passed on, each when the next one has come. Meanwhile nothing of the client's is
 * forwarded.
 */
final class Resync {

  /** What becomes of a message. */
  enum Verdict {
    /** It is for the client as soon as another one comes. */
    KEEP,
    /** It is the gateway's own. */
    DROP,
    /** It is the gateway's own, and the last. */
    END,
    /** It has no place here. */
    BROKEN
  }

  /** Whether the server skips up to the next Sync if it answered none of the client's. */
  private final boolean extended;

  private int ready;
  private boolean closed;

  Resync(boolean extended) {
    this.extended = extended;
  }

  /** A message that is no notice, notification or parameter status. */
  Verdict message(byte type) {
    if (type == READY) {
      if (closed) {
        return Verdict.END;
      }
      ready++;
      return Verdict.KEEP;
    }
    if (type == CLOSE_COMPLETE && ready > 0 && !closed) {
      closed = true;
      return Verdict.DROP;
    }
    return Verdict.BROKEN;
  }

  /** Whether an earlier ReadyForQuery, kept until now, is the client's after all. */
  boolean releases() {
    return ready > 1;
  }

  /**
   * Whether the server would still skip what the client sends, had the gateway's Sync not ended
   * that; the gateway then has to do it.
   */
  boolean skipping() {
    return extended && ready == 1;
  }
}
