package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.BackendFrames.BIND_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.CLOSE_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.COMMAND_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.DATA_ROW;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.ERROR;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.HEADER_BYTES;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.NOTICE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.NOTIFICATION;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PARAMETER_STATUS;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.PARSE_COMPLETE;
import static dev.stepgate.protocol.postgres.wire.BackendFrames.READY;

import dev.stepgate.protocol.postgres.wire.BackendFrames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What the server answers to the gateway's own questions: none of it is for the client. */
final class Inquiries {

  private final Relay relay;
  private final Progress progress;
  private final Answers answers;
  private final Outlet outlet;

  Inquiries(Relay relay, Answers answers, Outlet outlet) {
    this.relay = relay;
    this.progress = relay.progress();
    this.answers = answers;
    this.outlet = outlet;
  }

  /** The inquiry that a message of this type answers, or null if it is for the client. */
  Inquiry of(byte type) {
    return progress.replies().extra() instanceof Inquiry inquiry
            && type != NOTICE
            && type != NOTIFICATION
            && type != PARAMETER_STATUS
        ? inquiry
        : null;
  }

  /** Takes the message in {@code [at, next)}, which answers {@code inquiry}. */
  void take(Inquiry inquiry, byte type, ByteBuf in, int at, int next) {
    if (type == ERROR && BackendFrames.fatal(in, at, next)) {
      relay.fatalSeen();
      answers.owned(null, in, at);
      return;
    }
    answers.skip(in, at, next);
    outlet.leaveOut(in, at, next);
    Replies replies = progress.replies();
    Reply head = replies.head();
    if (type == DATA_ROW && head == Reply.EXECUTE) {
      inquiry.row(in, at, next);
      return;
    }
    if (type == ERROR && head != Reply.SYNC) {
      failed(inquiry, in, at, next);
    } else if (type == completes(head)) {
      replies.remove();
      if (head == Reply.EXECUTE) {
        inquiry.questionAnswered();
      } else if (head == Reply.SYNC) {
        progress.status(in.getByte(at + HEADER_BYTES));
      }
    } else {
      throw new DesyncException(type, head);
    }
    if (!(replies.extra() instanceof Inquiry)) {
      relay.answered(inquiry);
    }
  }

  private static byte completes(Reply head) {
    return switch (head) {
      case PARSE -> PARSE_COMPLETE;
      case BIND -> BIND_COMPLETE;
      case EXECUTE -> COMMAND_COMPLETE;
      case CLOSE -> CLOSE_COMPLETE;
      default -> READY;
    };
  }

  /** The server skips the rest: up to the inquiry's own Sync, or else to the client's next one. */
  private void failed(Inquiry inquiry, ByteBuf in, int at, int next) {
    inquiry.failed(
        new Substitute(
            BackendFrames.sqlState(in, at, next),
            new String(BackendFrames.message(in, at, next), StandardCharsets.UTF_8)));
    Replies replies = progress.replies();
    while (replies.extra() instanceof Inquiry && replies.head() != Reply.SYNC) {
      replies.remove();
    }
    if (replies.isEmpty()) {
      progress.skips();
    }
  }
}
