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
import io.netty.buffer.ByteBuf;

/**
 * What the server sends: each message is matched with what the server owes, recorded with the
 * operation that it answers, and released for the client as the range of bytes that it lies in.
 * Rows and COPY data pass in pieces; a message that fits no debt ends the connection.
 */
final class Backend {

  private final Relay relay;
  private final Answers answers;
  private int released;
  private int streaming;

  /** The SQLSTATE with which the Query or FunctionCall at the head has failed, or null. */
  private String failed;

  private long rows;
  private Permit copyOut;
  private long copied;
  private Resync resync;

  Backend(Relay relay, Answers answers) {
    this.relay = relay;
    this.answers = answers;
  }

  /**
   * Takes what it can of a read.
   *
   * @return how far it was taken; {@code [released(), that)} is for the client
   */
  int take(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    released = at;
    answers.begin(at);
    while (at < end && relay.open()) {
      if (streaming > 0) {
        int piece = Math.min(streaming, end - at);
        streaming -= piece;
        at += piece;
        continue;
      }
      if (end - at < HEADER_BYTES) {
        break;
      }
      byte type = in.getByte(at);
      int size = BackendFrames.size(in, at, relay.limits().replyBytes());
      if (BackendFrames.streams(type)) {
        data(type, in, at);
        streaming = size - HEADER_BYTES;
        at += HEADER_BYTES;
      } else if (size <= end - at) {
        message(type, in, at, at + size);
        at += size;
      } else {
        break;
      }
    }
    answers.close(in, at);
    return at;
  }

  /** From where on bytes are still to be written to the client. */
  int released() {
    return released;
  }

  /** Whether the client has been sent a part of a message and waits for the rest. */
  boolean withinMessage() {
    return streaming > 0;
  }

  /** The rows that the client was sent within the operation at the head. */
  long rows() {
    return rows;
  }

  /** The connection ends: what has no outcome yet gets none from the server. */
  void abandon() {
    answers.abandon();
    if (copyOut != null) {
      copyOut.complete(Outcome.INTERRUPTED, copied, Answers.NOTHING);
    }
  }

  private void data(byte type, ByteBuf in, int at) {
    Reply head = relay.replies().head();
    if (type == COPY_DATA) {
      expect(copyOut != null, type);
      answers.owned(copyOut, in, at);
      copied++;
      return;
    }
    expect(
        copyOut == null
            && head != null
            && !refused()
            && (type == DATA_ROW ? head.mayCopy() : head == Reply.FUNCTION_CALL),
        type);
    answers.owned(relay.replies().permit(), in, at);
    rows += type == DATA_ROW ? 1 : 0;
  }

  private void message(byte type, ByteBuf in, int at, int next) {
    if (type == NOTICE || type == NOTIFICATION || type == PARAMETER_STATUS) {
      return;
    }
    if (resync != null) {
      resynchronize(type, in, at, next);
      return;
    }
    switch (type) {
      case BIND_COMPLETE -> step(Reply.BIND, type, in, at);
      case PARSE_COMPLETE -> {
        Object extra = relay.replies().extra();
        step(Reply.PARSE, type, in, at);
        relay.subjects().parsed((Prepared) extra);
      }
      case CLOSE_COMPLETE -> step(Reply.CLOSE, type, in, at);
      case PARAMETER_DESCRIPTION ->
          expect(relay.replies().head() == Reply.DESCRIBE_STATEMENT, type);
      case ROW_DESCRIPTION -> rowDescription(type, in, at);
      case NO_DATA -> described(type, in, at);
      case COMMAND_COMPLETE -> {
        relay.tag(in, at + HEADER_BYTES, next);
        completed(type, in, at);
      }
      case EMPTY_QUERY -> completed(type, in, at);
      case PORTAL_SUSPENDED -> {
        expect(relay.replies().head() == Reply.EXECUTE, type);
        completed(type, in, at);
      }
      case ERROR -> error(in, at, next);
      case READY -> ready(type, in, at, next);
      case COPY_IN -> copyIn(type, in, at);
      case COPY_OUT -> copyOut(type, in, at);
      case COPY_DONE -> {
        expect(copyOut != null, type);
        answers.owned(copyOut, in, at);
        answers.ends(Outcome.DONE, copied);
        copyOut = null;
      }
      case COPY_BOTH -> relay.fail(SqlState.NOT_SUPPORTED, "a replication stream is not supported");
      default -> expect(false, type);
    }
  }

  private void expect(boolean owed, byte type) {
    if (!owed) {
      throw new DesyncException(type, relay.replies().head());
    }
  }

  /** The server's answer to one message that is a part of an operation, or all of it. */
  private void step(Reply owed, byte type, ByteBuf in, int at) {
    Replies replies = relay.replies();
    expect(replies.head() == owed && !(replies.extra() instanceof Refusal), type);
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
    Reply head = relay.replies().head();
    if (head == Reply.QUERY) {
      expect(!refused(), type);
      answers.owned(relay.replies().permit(), in, at);
    } else {
      described(type, in, at);
    }
  }

  private void described(byte type, ByteBuf in, int at) {
    Reply head = relay.replies().head();
    expect(head == Reply.DESCRIBE_PORTAL || head == Reply.DESCRIBE_STATEMENT, type);
    step(head, type, in, at);
  }

  /** One statement has ended; with it the operation, unless it is a Query. */
  private void completed(byte type, ByteBuf in, int at) {
    Replies replies = relay.replies();
    Reply head = replies.head();
    expect(head != null && head.mayCopy() && copyOut == null && !refused(), type);
    Permit permit = replies.permit();
    answers.owned(permit, in, at);
    CopyIn copy = relay.copyIn();
    if (copy != null) {
      expect(copy.refusal() == null, type);
      copy.permit().complete(Outcome.DONE, 0, Answers.NOTHING);
    }
    if (head == Reply.EXECUTE) {
      answers.ends(Outcome.DONE, rows);
      rows = 0;
      replies.remove();
    }
    if (copy != null) {
      relay.copied(copy.syncsBehind());
    }
  }

  private boolean refused() {
    return relay.replies().extra() instanceof Refusal;
  }

  private void copyIn(byte type, ByteBuf in, int at) {
    Replies replies = relay.replies();
    Reply head = replies.head();
    expect(head != null && head.mayCopy() && relay.copyIn() == null && !refused(), type);
    answers.owned(replies.permit(), in, at);
    for (int i = 1; i < replies.size(); i++) {
      if (replies.kind(i) != Reply.SYNC) {
        relay.fail(SqlState.PROTOCOL, "nothing but data may be sent behind a COPY FROM STDIN");
        return;
      }
    }
    int syncs = replies.size() - 1;
    replies.removeBehindHead();
    Operation operation = new Operation(Operation.Kind.COPY_IN, replies.permit().operation());
    Admission admission = relay.entry().admit(operation, Answers.NOTHING);
    Refusal refusal = Frontend.refusal(admission);
    Permit permit = refusal == null ? (Permit) admission : null;
    relay.copyIn(new CopyIn(relay, permit, refusal, head == Reply.EXECUTE, syncs));
    if (refusal != null) {
      relay.toUpstream(Messages.copyFail(relay.buffers()));
    }
  }

  private void copyOut(byte type, ByteBuf in, int at) {
    Replies replies = relay.replies();
    expect(
        replies.head() != null && replies.head().mayCopy() && copyOut == null && !refused(), type);
    answers.close(in, at);
    Operation operation = new Operation(Operation.Kind.COPY_OUT, replies.permit().operation());
    Admission admission = relay.entry().admit(operation, Answers.NOTHING);
    Refusal refusal = Frontend.refusal(admission);
    if (refusal != null) {
      // The server is sending already, and cannot be made to fail for sure: the connection ends.
      relay.fail(SqlState.REFUSED, Messages.sentence(refusal));
      return;
    }
    copyOut = (Permit) admission;
    copied = 0;
    answers.owned(copyOut, in, at);
  }

  private void ready(byte type, ByteBuf in, int at, int next) {
    Replies replies = relay.replies();
    Reply head = replies.head();
    expect(head != null && !head.extended() && copyOut == null && relay.copyIn() == null, type);
    Permit permit = replies.permit();
    if (permit != null) {
      answers.owned(permit, in, at);
      answers.ends(failed == null ? Outcome.DONE : Outcome.failed(failed), rows);
    }
    failed = null;
    rows = 0;
    replies.remove();
    relay.status(in.getByte(next - 1));
  }

  private void error(ByteBuf in, int at, int next) {
    Replies replies = relay.replies();
    Reply head = replies.head();
    String code = BackendFrames.sqlState(in, at, next);
    if (BackendFrames.fatal(in, at, next)) {
      relay.fatalSeen();
    }
    if (head == null || head == Reply.SYNC) {
      return;
    }
    Permit permit = replies.permit();
    if (permit != null) {
      answers.owned(permit, in, at);
    }
    CopyIn copy = relay.copyIn();
    Refusal refusal = copy != null ? copy.refusal() : null;
    if (replies.extra() instanceof Refusal own) {
      refusal = own;
    }
    if (refusal != null) {
      replace(in, at, next, permit, Messages.refusal(relay.buffers(), refusal));
    }
    endCopies(copy, code);
    if (head.extended()) {
      if (permit != null) {
        answers.ends(Outcome.failed(code), rows);
      }
      rows = 0;
      if (copy == null || (copy.syncsBefore() == 0 && copy.syncsBehind() == 0)) {
        skip(in, next, permit);
      } else {
        replies.remove();
      }
    } else {
      failed = code;
    }
    if (copy != null) {
      afterFailedCopy(copy);
    }
  }

  private void endCopies(CopyIn copy, String code) {
    if (copyOut != null) {
      copyOut.complete(Outcome.failed(code), copied, Answers.NOTHING);
      copyOut = null;
    }
    if (copy != null && copy.permit() != null) {
      copy.permit().complete(Outcome.failed(code), 0, Answers.NOTHING);
    }
  }

  private void afterFailedCopy(CopyIn copy) {
    if (copy.syncsBefore() == 0) {
      relay.copied(copy.syncsBehind());
      return;
    }
    resync = new Resync(copy.extended());
    relay.resynchronizing();
  }

  /** Writes {@code own} to the client instead of the message that lies in {@code [at, next)}. */
  private void replace(ByteBuf in, int at, int next, Permit permit, ByteBuf own) {
    answers.skip(in, at, next);
    leaveOut(in, at, next);
    relay.saidToClient(permit, own);
  }

  private void leaveOut(ByteBuf in, int at, int next) {
    if (at > released) {
      relay.toClient(in.retainedSlice(released, at - released));
    }
    released = next;
  }

  /** The server skips up to the next Sync: what waits until then ends as skipped. */
  private void skip(ByteBuf in, int next, Permit failedPermit) {
    Replies replies = relay.replies();
    while (replies.head() != null && replies.head() != Reply.SYNC) {
      Permit permit = replies.permit();
      if (replies.extra() instanceof Prepared prepared) {
        relay.subjects().failed(prepared);
      }
      replies.remove();
      if (permit != null && permit != failedPermit && !permit.completed()) {
        answers.close(in, next);
        permit.complete(Outcome.SKIPPED, 0, Answers.NOTHING);
      }
    }
    if (replies.isEmpty()) {
      relay.skips();
    }
  }

  private void resynchronize(byte type, ByteBuf in, int at, int next) {
    Resync.Verdict verdict = resync.message(type);
    if (verdict == Resync.Verdict.BROKEN) {
      throw new DesyncException(type, relay.replies().head());
    }
    answers.skip(in, at, next);
    leaveOut(in, at, next);
    if (verdict == Resync.Verdict.KEEP) {
      if (resync.releases()) {
        releaseReady();
      }
      relay.status(in.getByte(next - 1));
    } else if (verdict == Resync.Verdict.END) {
      relay.status(in.getByte(next - 1));
      boolean skipping = resync.skipping();
      resync = null;
      relay.resynchronized(skipping);
    }
  }

  /** The ReadyForQuery that was kept is the client's: of its Query, or of one of its Syncs. */
  private void releaseReady() {
    Replies replies = relay.replies();
    ByteBuf ready = Messages.ready(relay.buffers(), relay.status());
    Permit permit = null;
    if (replies.head() == Reply.QUERY) {
      permit = replies.permit();
      replies.remove();
    }
    relay.saidToClient(permit, ready);
    if (permit != null) {
      permit.complete(Outcome.failed(failed), rows, Answers.NOTHING);
    }
    failed = null;
    rows = 0;
  }
}
