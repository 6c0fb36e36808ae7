package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.admission.Permit;
import dev.stepgate.operation.Outcome;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Records what the client is about to see, each byte with the operation that it answers. Bytes
 * gather, as a range of the read at hand, until the owner changes or the read ends; so the common
 * answer, with the ReadyForQuery behind it, becomes one entry of the journal together with its
 * outcome. Everything is recorded before the read's bytes are written to the client.
 */
final class Answers {

  /** The word under which the client's view is recorded where it answers no operation. */
  static final String NOTE = "backend";

  static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Entry entry;
  private Permit owner;
  private Outcome outcome;
  private long rows;
  private int from;

  Answers(Entry entry) {
    this.entry = entry;
  }

  /** A read begins at {@code at}. */
  void begin(int at) {
    from = at;
  }

  /** The message that begins at {@code at} answers {@code permit}'s operation. */
  void owned(Permit permit, ByteBuf in, int at) {
    if (permit != owner || outcome != null) {
      close(in, at);
      owner = permit;
    }
  }

  /** The message at hand is the owner's last. */
  void ends(Outcome how, long sent) {
    outcome = how;
    rows = sent;
  }

  /** All that the owner's client sees was recorded; this is how it ended. */
  void ended(Permit permit, Outcome how, long sent) {
    if (permit == owner) {
      owner = null;
    }
    permit.complete(how, sent, NOTHING);
  }

  /** Records what has gathered up to {@code at}. */
  void close(ByteBuf in, int at) {
    int length = at - from;
    if (outcome != null) {
      Permit ended = owner;
      Outcome how = outcome;
      owner = null;
      outcome = null;
      ended.complete(how, rows, view(in, from, length));
    } else if (length > 0) {
      if (owner != null) {
        owner.response(view(in, from, length));
      } else {
        entry.note(NOTE, view(in, from, length));
      }
    }
    from = at;
  }

  /** The bytes {@code [from, at)} are not for the client: recorded up to them, then behind them. */
  void skip(ByteBuf in, int at, int next) {
    close(in, at);
    from = next;
  }

  /** The connection ends: what was about to be recorded as ended never reached the client. */
  void abandon() {
    if (outcome != null) {
      outcome = null;
      owner.complete(Outcome.INTERRUPTED, 0, NOTHING);
    }
    owner = null;
  }

  /** A view for the recording, valid until the buffer is next asked for one. */
  static ByteBuffer view(ByteBuf in, int from, int length) {
    if (length == 0) {
      return NOTHING;
    }
    return in.nioBufferCount() == 1
        ? in.internalNioBuffer(from, length)
        : in.nioBuffer(from, length);
  }
}
