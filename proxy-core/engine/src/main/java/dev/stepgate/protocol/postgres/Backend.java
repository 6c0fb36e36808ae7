package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.BackendFrames.BIND_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.CLOSE_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COMMAND_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COPY_BOTH;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COPY_DATA;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COPY_DONE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COPY_IN;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COPY_OUT;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.DATA_ROW;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.EMPTY_QUERY;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.ERROR;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.HEADER_BYTES;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.NOTICE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.NOTIFICATION;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.NO_DATA;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PARAMETER_DESCRIPTION;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PARAMETER_STATUS;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PARSE_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PORTAL_SUSPENDED;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.READY;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.ROW_DESCRIPTION;

import dev.stepgate.admission.Admission;
import dev.stepgate.admission.Permit;
import dev.stepgate.admission.Refusal;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.wire.BackendFrames;
import dev.stepgate.protocol.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;

/**
 * What the server sends: each message is matched with what the server owes, recorded with the
 * operation that it answers, and released for the client as the range of bytes that it lies in.
 * Rows and COPY data pass in pieces; a message that fits no debt ends the connection.
 */
final class Backend {

  private final Relay relay;
  private final Progress progress;
  private final Answers answers;
  private final Outlet outlet;
  private final Running running = new Running();
  private final Failures failures;
  private final Inquiries inquiries;
  private int streaming;

  Backend(Relay relay, Answers answers) {
    this.relay = relay;
    this.progress = relay.progress();
    this.answers = answers;
    this.outlet = new Outlet(relay);
    this.failures = new Failures(relay, answers, outlet, running);
    this.inquiries = new Inquiries(relay, answers, outlet);
  }

  /**
   * Takes what it can of a read.
   *
   * @return how far it was taken; {@code [released(), that)} is for the client
   */
  int take(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    outlet.begin(at);
    answers.begin(at);
    try {
      while (at < end) {
        int next = streaming > 0 ? piece(at, end) : message(in, at, end);
        if (next == at) {
          break;
        }
        at = next;
      }
    } catch (DesyncException | WireException e) {
      // What ends the connection ends it behind what came before.
      answers.close(in, at);
      outlet.leaveOut(in, at, at);
      throw e;
    }
    answers.close(in, at);
    outlet.end(streaming > 0);
    return at;
  }

  private int piece(int at, int end) {
    int piece = Math.min(streaming, end - at);
    streaming -= piece;
    return at + piece;
  }

  /** The message at {@code at}; answers where it or its header ends, or {@code at} for more. */
  private int message(ByteBuf in, int at, int end) {
    if (end - at < HEADER_BYTES) {
      return at;
    }
    byte type = in.getByte(at);
    int size = BackendFrames.size(in, at, relay.limits().replyBytes());
    Inquiry inquiry = inquiries.of(type);
    if (inquiry != null) {
      if (size > end - at) {
        return at;
      }
      inquiries.take(inquiry, type, in, at, at + size);
      return at + size;
    }
    if (BackendFrames.streams(type)) {
      data(type, in, at);
      streaming = size - HEADER_BYTES;
      return at + HEADER_BYTES;
    }
    if (size > end - at) {
      return at;
    }
    message(type, in, at, at + size);
    return at + size;
  }

  /** From where on bytes are still to be written to the client. */
  int released() {
    return outlet.released();
  }

  /** Whether the client has been sent a part of a message and waits for the rest. */
  boolean withinMessage() {
    return outlet.withinMessage();
  }

  /** The connection ends: what has no outcome yet gets none from the server. */
  long abandon() {
    answers.abandon();
    running.breakCopyOut(Outcome.INTERRUPTED);
    return running.takeRows();
  }

  private void data(byte type, ByteBuf in, int at) {
    Reply head = progress.replies().head();
    if (type == COPY_DATA) {
      expect(running.copyOut() != null, type);
      answers.owned(running.copyOut(), in, at);
      running.piece();
      return;
    }
    expect(
        running.copyOut() == null
            && head != null
            && !refused()
            && (type == DATA_ROW ? head.mayCopy() : head == Reply.FUNCTION_CALL),
        type);
    answers.owned(progress.replies().permit(), in, at);
    if (type == DATA_ROW) {
      running.row();
    }
  }

  private void message(byte type, ByteBuf in, int at, int next) {
    if (type == NOTICE || type == NOTIFICATION) {
      return;
    }
    if (type == PARAMETER_STATUS) {
      relay.parameter(in.slice(at, next - at));
      return;
    }
    if (type == READY && !wellFormedReady(in, at, next)) {
      throw new DesyncException(SqlState.PROTOCOL, "a malformed ReadyForQuery from the server");
    }
    if (failures.resynchronizing()) {
      failures.resynchronize(type, in, at, next);
      return;
    }
    switch (type) {
      case BIND_COMPLETE -> step(Reply.BIND, type, in, at);
      case PARSE_COMPLETE -> {
        Object extra = progress.replies().extra();
        step(Reply.PARSE, type, in, at);
        progress.subjects().parsed((Prepared) extra);
      }
      case CLOSE_COMPLETE -> {
        Object extra = progress.replies().extra();
        step(Reply.CLOSE, type, in, at);
        if (extra instanceof Prepared closed) {
          progress.subjects().parsed(closed);
        }
      }
      case PARAMETER_DESCRIPTION ->
          expect(progress.replies().head() == Reply.DESCRIBE_STATEMENT, type);
      case ROW_DESCRIPTION -> rowDescription(type, in, at);
      case NO_DATA -> described(type, in, at);
      case COMMAND_COMPLETE -> {
        relay.tag(in, at + HEADER_BYTES, next);
        completed(type, in, at);
      }
      case EMPTY_QUERY -> completed(type, in, at);
      case PORTAL_SUSPENDED -> {
        expect(progress.replies().head() == Reply.EXECUTE, type);
        completed(type, in, at);
      }
      case ERROR -> failures.error(in, at, next);
      case READY -> ready(type, in, at, next);
      case COPY_IN -> copyIn(type, in, at);
      case COPY_OUT -> copyOut(type, in, at);
      case COPY_DONE -> {
        expect(running.copyOut() != null, type);
        answers.owned(running.copyOut(), in, at);
        answers.ends(Outcome.DONE, running.endCopyOut());
      }
      case COPY_BOTH ->
          throw new DesyncException(
              SqlState.NOT_SUPPORTED, "a replication stream is not supported");
      default -> expect(false, type);
    }
  }

  private static boolean wellFormedReady(ByteBuf in, int at, int next) {
    if (next - at != HEADER_BYTES + 1) {
      return false;
    }
    byte status = in.getByte(next - 1);
    return status == 'I' || status == 'T' || status == 'E';
  }

  private void expect(boolean owed, byte type) {
    if (!owed) {
      throw new DesyncException(type, progress.replies().head());
    }
  }

  /** The server's answer to one message that is a part of an operation, or all of it. */
  private void step(Reply owed, byte type, ByteBuf in, int at) {
    Replies replies = progress.replies();
    expect(replies.head() == owed && !refused(), type);
    Permit permit = replies.permit();
    if (permit != null) {
      answers.owned(permit, in, at);
    }
    replies.remove();
    if (permit != null && replies.permit() != permit) {
      answers.ends(Outcome.DONE, 0);
    }
  }

  private void rowDescription(byte type, ByteBuf in, int at) {
    Reply head = progress.replies().head();
    if (head == Reply.QUERY) {
      expect(!refused(), type);
      answers.owned(progress.replies().permit(), in, at);
    } else {
      described(type, in, at);
    }
  }

  private void described(byte type, ByteBuf in, int at) {
    Reply head = progress.replies().head();
    expect(head == Reply.DESCRIBE_PORTAL || head == Reply.DESCRIBE_STATEMENT, type);
    step(head, type, in, at);
  }

  /** One statement has ended; with it the operation, unless it is a Query. */
  private void completed(byte type, ByteBuf in, int at) {
    Replies replies = progress.replies();
    Reply head = replies.head();
    expect(head != null && head.mayCopy() && running.copyOut() == null && !refused(), type);
    Permit permit = replies.permit();
    answers.owned(permit, in, at);
    if (replies.extra() instanceof Consequences consequences) {
      consequences.statementDone();
    }
    CopyIn copy = progress.copyIn();
    if (copy != null) {
      expect(copy.refusal() == null, type);
      copy.permit().complete(Outcome.DONE, 0, Answers.NOTHING);
    }
    if (head == Reply.EXECUTE) {
      answers.ends(Outcome.DONE, running.takeRows());
      replies.remove();
    }
    if (copy != null) {
      progress.copied(copy.syncsBehind());
    }
  }

  private boolean refused() {
    return progress.replies().extra() instanceof Substitute;
  }

  private void copyIn(byte type, ByteBuf in, int at) {
    Replies replies = progress.replies();
    Reply head = replies.head();
    // Nor before the last one's data has been sent whole, as far as it has been begun.
    expect(
        head != null
            && head.mayCopy()
            && progress.copyIn() == null
            && progress.unfinished() == 0
            && !refused(),
        type);
    if (relay.approval() != null) {
      throw new DesyncException(
          SqlState.PROTOCOL, "nothing but data may be sent behind a COPY FROM STDIN");
    }
    for (int i = 1; i < replies.size(); i++) {
      if (replies.kind(i) != Reply.SYNC) {
        throw new DesyncException(
            SqlState.PROTOCOL, "nothing but data may be sent behind a COPY FROM STDIN");
      }
    }
    answers.owned(replies.permit(), in, at);
    int syncs = replies.size() - 1;
    replies.removeBehindHead();
    Operation operation = new Operation(Operation.Kind.COPY_IN, replies.permit().operation());
    Admission admission = relay.entry().goOn(operation, Answers.NOTHING);
    Refusal refusal = Frontend.refusal(admission);
    Permit permit = refusal == null ? (Permit) admission : null;
    progress.copyIn(new CopyIn(relay, permit, refusal, head == Reply.EXECUTE, syncs));
    if (refusal != null) {
      relay.toUpstream(Messages.copyFail(relay.buffers()));
    }
  }

  private void copyOut(byte type, ByteBuf in, int at) {
    Replies replies = progress.replies();
    expect(
        replies.head() != null
            && replies.head().mayCopy()
            && running.copyOut() == null
            && !refused(),
        type);
    answers.close(in, at);
    Operation operation = new Operation(Operation.Kind.COPY_OUT, replies.permit().operation());
    Admission admission = relay.entry().goOn(operation, Answers.NOTHING);
    Refusal refusal = Frontend.refusal(admission);
    if (refusal != null) {
      // The server is sending already, and cannot be made to fail for sure: the connection ends.
      throw new DesyncException(SqlState.REFUSED, Messages.sentence(refusal));
    }
    running.beginCopyOut((Permit) admission);
    answers.owned(running.copyOut(), in, at);
  }

  private void ready(byte type, ByteBuf in, int at, int next) {
    Replies replies = progress.replies();
    Reply head = replies.head();
    expect(
        head != null && !head.extended() && running.copyOut() == null && progress.copyIn() == null,
        type);
    Permit permit = replies.permit();
    Outcome outcome = running.takeOutcome();
    long rows = running.takeRows();
    if (permit != null) {
      answers.owned(permit, in, at);
      answers.ends(outcome, rows);
    }
    replies.remove();
    progress.status(in.getByte(next - 1));
  }
}
