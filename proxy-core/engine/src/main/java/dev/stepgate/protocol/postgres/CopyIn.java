package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_DATA;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_DONE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_FAIL;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.FLUSH;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.HEADER_BYTES;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.SYNC;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.TERMINATE;

import dev.stepgate.admission.Permit;
import dev.stepgate.admission.Refusal;
import dev.stepgate.protocol.postgres.wire.FrontendFrames;
import io.netty.buffer.ByteBuf;

/**
 * One COPY FROM STDIN, from CopyInResponse until the server has answered it.
 *
 * <pre>
 *   DATA   --CopyDone, CopyFail-->        ENDING
 *   DATA, ENDING  --CommandComplete-->    over
 *   DATA, ENDING  --ErrorResponse-->      over, or to be found out ({@link Resync})
 * </pre>
 *
 * A server that is in it swallows Sync and Flush (manual, "COPY Operations"), so a Sync that was
 * sent before CopyDone brings no ReadyForQuery if the COPY succeeds; if it fails, that depends on
 * how much the server had read by then. Until it is over nothing but data, Sync and Flush is
 * forwarded, so that what comes back can only belong to it.
 */
final class CopyIn {

  private enum State {
    DATA,
    ENDING
  }

  private final Relay relay;
  private final Progress progress;
  private final Permit permit;
  private final Refusal refusal;

  /** Whether an Execute began it, and not a Query. */
  private final boolean extended;

  private State state = State.DATA;
  private int streaming;
  private int syncsBefore;
  private int syncsBehind;

  /**
   * Begins.
   *
   * @param permit to record and forward the data with; or null if it was refused
   * @param refusal why it was refused, or null
   * @param syncs how many Syncs were forwarded behind the message that began it
   */
  CopyIn(Relay relay, Permit permit, Refusal refusal, boolean extended, int syncs) {
    this.relay = relay;
    this.progress = relay.progress();
    this.permit = permit;
    this.refusal = refusal;
    this.extended = extended;
    this.syncsBefore = syncs;
    if (refusal != null) {
      state = State.ENDING;
    }
  }

  Permit permit() {
    return permit;
  }

  Refusal refusal() {
    return refusal;
  }

  boolean extended() {
    return extended;
  }

  /** All Syncs that were sent since it began. */
  int syncs() {
    return syncsBefore + syncsBehind;
  }

  /** Syncs that the server swallows if it reads up to CopyDone. */
  int syncsBefore() {
    return syncsBefore;
  }

  /** Syncs behind CopyDone or CopyFail, which it answers. */
  int syncsBehind() {
    return syncsBehind;
  }

  /**
   * Takes data from {@code at} on; records each contiguous piece before it can be forwarded.
   *
   * @return how far it was taken; as far as before if more bytes or an end are needed
   */
  int take(Frontend frontend, ByteBuf in, int at, int end) {
    int from = at;
    int next = at;
    while (next < end) {
      if (streaming > 0) {
        int piece = Math.min(streaming, end - next);
        streaming -= piece;
        next += piece;
        continue;
      }
      if (state == State.ENDING || end - next < HEADER_BYTES) {
        break;
      }
      int after = message(in, next, end);
      if (after == next) {
        break;
      }
      next = after;
    }
    if (next > from && relay.open()) {
      permit.request(Answers.view(in, from, next - from));
    }
    return state == State.ENDING ? ending(frontend, in, next, end) : next;
  }

  /**
   * Bytes still to come of a CopyData of which a part is on its way to the server. However the COPY
   * ends, the server needs them to find the next message.
   */
  int unfinished() {
    return state == State.DATA ? streaming : 0;
  }

  private int message(ByteBuf in, int at, int end) {
    int size = FrontendFrames.size(in, at, relay.limits().statementBytes());
    switch (in.getByte(at)) {
      case COPY_DATA -> {
        streaming = size - HEADER_BYTES;
        return at + HEADER_BYTES;
      }
      case COPY_DONE, COPY_FAIL -> {
        if (size > end - at) {
          return at;
        }
        state = State.ENDING;
      }
      case SYNC -> {
        if (size > end - at) {
          return at;
        }
        syncsBefore++;
      }
      case FLUSH -> {
        if (size > end - at) {
          return at;
        }
      }
      case TERMINATE -> {
        relay.abandoned("the client ended the connection within COPY");
        return at;
      }
      default -> {
        relay.fail(SqlState.PROTOCOL, "only data may be sent within COPY FROM STDIN");
        return at;
      }
    }
    return at + size;
  }

  /** Behind the data: Sync and Flush go on to the server, anything else waits for its answer. */
  private int ending(Frontend frontend, ByteBuf in, int at, int end) {
    int next = at;
    while (next < end && !relay.blocked()) {
      if (end - next < HEADER_BYTES) {
        break;
      }
      int size = FrontendFrames.size(in, next, relay.limits().statementBytes());
      byte type = in.getByte(next);
      boolean waits = type != SYNC && type != FLUSH && type != TERMINATE;
      if (size > end - next && !waits) {
        break;
      }
      if (type == SYNC || type == FLUSH) {
        relay.entry().note(Frontend.NOTE, Answers.view(in, next, size));
        syncsBehind += type == SYNC ? 1 : 0;
      } else if (type == TERMINATE) {
        relay.terminated();
        return next;
      } else {
        // Data too: it may be for the next COPY of the same Query. Without a Sync the server would
        // keep its answer to itself.
        progress.block(Progress.Block.COPY);
        frontend.drop(in, next, next);
        relay.toUpstream(Messages.flush(relay.buffers()));
        break;
      }
      next += size;
    }
    return next;
  }
}
