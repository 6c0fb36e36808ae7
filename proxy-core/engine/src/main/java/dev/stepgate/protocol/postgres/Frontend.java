package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.FrontendFrames.BIND;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.CLOSE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_DATA;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_DONE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.COPY_FAIL;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.DESCRIBE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.EXECUTE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.FLUSH;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.FUNCTION_CALL;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.HEADER_BYTES;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.PARSE;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.PORTAL;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.QUERY;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.SYNC;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.TERMINATE;

import dev.stepgate.admission.Admission;
import dev.stepgate.admission.Permit;
import dev.stepgate.admission.Refusal;
import dev.stepgate.admission.Waiting;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.wire.FrontendFrames;
import dev.stepgate.recording.EvidenceException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * What the client sends: told apart by headers, admitted, and released for forwarding as the range
 * of bytes that it lies in. A message that the server would skip after an error is admitted and
 * ends as skipped; one that is refused is replaced ({@link Relay#refused}).
 */
final class Frontend {

  /** The word under which the client's bytes are recorded where they ask for no operation. */
  static final String NOTE = "frontend";

  /** How many Describes of its portal may stand between a Bind and its Execute. */
  private static final int MAX_DESCRIBES = 4;

  private static final Operation SIMPLE_QUERY = kind(Operation.Kind.QUERY);
  private static final Operation PREPARE = kind(Operation.Kind.PARSE);
  private static final Operation CALL = kind(Operation.Kind.FUNCTION_CALL);

  private final Relay relay;
  private final Progress progress;
  private int released;

  /** Whether the message that was taken last was not, since it has to be looked at first. */
  private boolean waits;

  /** What the gate was asked last. */
  private Operation asked;

  /**
   * How many bytes a Bind and what follows it need at least, or 0: names may be as long as a
   * message, and are not searched anew for each byte that comes.
   */
  private int wanted;

  /** Whether the message at hand is a further Execute of an open portal. */
  private boolean continuing;

  /** Bytes still to come of a CopyData that nobody waits for. */
  private int dropping;

  Frontend(Relay relay) {
    this.relay = relay;
    this.progress = relay.progress();
  }

  private static Operation kind(Operation.Kind kind) {
    return new Operation(kind, Operation.NO_SUBJECT);
  }

  /**
   * Takes what it can of a read.
   *
   * @return how far it was taken; {@code [released(), that)} is to be forwarded
   */
  int take(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    released = at;
    if (relay.approval() != null && !relay.approval().settled()) {
      relay.approval().scan(in, at);
    }
    if (end - at < wanted && progress.copyIn() == null) {
      return at;
    }
    wanted = 0;
    while (at < end && !relay.blocked()) {
      CopyIn copy = progress.copyIn();
      int next = copy != null ? copy.take(this, in, at, end) : step(in, at, end);
      if (next == at) {
        break;
      }
      at = next;
    }
    return at;
  }

  /** From where on bytes are still to be forwarded. */
  int released() {
    return released;
  }

  /** Leaves {@code [from, to)} out of what is forwarded; what lies before goes out first. */
  void drop(ByteBuf in, int from, int to) {
    if (from > released) {
      relay.toUpstream(in.retainedSlice(released, from - released));
    }
    released = to;
  }

  private int step(ByteBuf in, int at, int end) {
    if (progress.unfinished() > 0) {
      return finish(in, at, end);
    }
    int ignored = ignored(in, at, end);
    if (ignored > at || end - at < HEADER_BYTES) {
      return ignored;
    }
    int size = FrontendFrames.size(in, at, relay.limits().statementBytes());
    byte type = in.getByte(at);
    if (type == COPY_DATA || type == COPY_DONE || type == COPY_FAIL) {
      return stray(in, at, size);
    }
    if (size > end - at) {
      return at;
    }
    if (progress.discarding() && type != SYNC && type != TERMINATE) {
      return discard(in, type, at, at + size);
    }
    return message(in, type, at, at + size, end);
  }

  private int message(ByteBuf in, byte type, int at, int next, int end) {
    return switch (type) {
      case QUERY -> operate(in, SIMPLE_QUERY, null, Reply.QUERY, at, next, end);
      case FUNCTION_CALL -> operate(in, CALL, null, Reply.FUNCTION_CALL, at, next, end);
      case PARSE -> parse(in, at, next, end);
      case BIND -> bind(in, at, next, end);
      case EXECUTE -> execute(in, at, next, end);
      case TERMINATE -> {
        relay.terminated();
        yield at;
      }
      default -> accompany(in, at, end);
    };
  }

  /**
   * CopyData, CopyDone or CopyFail while no COPY is known: if an answer that may begin one is
   * outstanding, that is waited for; else the server would ignore it, so it is left out.
   */
  private int stray(ByteBuf in, int at, int size) {
    if (progress.replies().mayCopy()) {
      progress.block(Progress.Block.STRAY);
      drop(in, at, at);
      relay.toUpstream(Messages.flush(relay.buffers()));
      return at;
    }
    drop(in, at, at + HEADER_BYTES);
    dropping = size - HEADER_BYTES;
    return at + HEADER_BYTES;
  }

  /** Leaves out what is there of a body that is ignored; answers where it ends for now. */
  private int ignored(ByteBuf in, int at, int end) {
    int piece = Math.min(dropping, end - at);
    if (piece > 0) {
      dropping -= piece;
      drop(in, at, at + piece);
    }
    return at + piece;
  }

  /** The rest of a CopyData whose COPY has ended while it was on its way. */
  private int finish(ByteBuf in, int at, int end) {
    int piece = Math.min(progress.unfinished(), end - at);
    relay.entry().note(NOTE, Answers.view(in, at, piece));
    if (progress.finish(piece)) {
      drop(in, at + piece, at + piece);
      relay.probe();
    }
    return at + piece;
  }

  private int parse(ByteBuf in, int at, int next, int end) {
    int name = at + HEADER_BYTES;
    int nameEnd = FrontendFrames.textEnd(in, name, next);
    int until = accompanied(in, next, end);
    Permit permit = admit(PREPARE, null, Reply.PARSE, in, at, next, until);
    if (permit == null) {
      return passed(at, until);
    }
    if (permit.asksLater()) {
      relay.texts().keep(permit.operation(), bytes(in, at, next));
    }
    Prepared prepared =
        progress.subjects().parse(in, name, nameEnd, permit.operation(), written(asked));
    progress.replies().add(Reply.PARSE, permit, prepared);
    return sent(in, next, until);
  }

  /** A Bind waits for the message behind it, to be one operation with its Execute. */
  private int bind(ByteBuf in, int at, int next, int end) {
    int portal = at + HEADER_BYTES;
    int portalEnd = FrontendFrames.textEnd(in, portal, next);
    int statementEnd = FrontendFrames.textEnd(in, portalEnd + 1, next);
    int describes = 0;
    int after = next;
    while (true) {
      if (after == end) {
        return more(at, after + 1);
      }
      byte type = in.getByte(after);
      boolean describe = type == DESCRIBE && describes < MAX_DESCRIBES;
      if (!describe && type != EXECUTE) {
        break;
      }
      if (end - after < HEADER_BYTES) {
        return more(at, after + HEADER_BYTES);
      }
      int size = FrontendFrames.size(in, after, relay.limits().statementBytes());
      if (size > end - after) {
        return more(at, after + size);
      }
      int name = after + HEADER_BYTES + (describe ? 1 : 0);
      if ((describe && (size == HEADER_BYTES || in.getByte(name - 1) != PORTAL))
          || !same(in, portal, portalEnd, name, after + size)) {
        break;
      }
      after += size;
      if (!describe) {
        Operation run = progress.subjects().execution(in, portalEnd + 1, statementEnd);
        return bound(in, run, describes, at, after, end);
      }
      describes++;
    }
    Operation run = progress.subjects().execution(in, portalEnd + 1, statementEnd);
    return bound(in, Subjects.bind(run), -1, at, next, end);
  }

  private int more(int at, int until) {
    wanted = until - at;
    return at;
  }

  private static boolean same(ByteBuf in, int portal, int portalEnd, int name, int nameLimit) {
    int length = portalEnd - portal;
    if (name + length >= nameLimit || in.getByte(name + length) != 0) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.getByte(portal + i) != in.getByte(name + i)) {
        return false;
      }
    }
    return true;
  }

  /** A Bind, with {@code describes} Describes and an Execute behind it, or alone if negative. */
  private int bound(ByteBuf in, Operation operation, int describes, int at, int next, int end) {
    int until = accompanied(in, next, end);
    Permit permit = admit(operation, null, Reply.PARSE, in, at, next, until);
    if (permit == null) {
      return passed(at, until);
    }
    int portal = at + HEADER_BYTES;
    int portalEnd = FrontendFrames.textEnd(in, portal, next);
    Judge judge = relay.judge();
    Surroundings now = judge == null ? null : judge.surroundings();
    Consequences consequences = describes < 0 ? null : consequences(permit);
    progress.subjects().bound(in, portal, portalEnd, permit.operation(), written(asked), now);
    Replies replies = progress.replies();
    replies.add(Reply.BIND, permit, null);
    for (int i = 0; i < describes; i++) {
      replies.add(Reply.DESCRIBE_PORTAL, permit, null);
    }
    if (describes >= 0) {
      replies.add(Reply.EXECUTE, permit, consequences);
    }
    return sent(in, next, until);
  }

  private int execute(ByteBuf in, int at, int next, int end) {
    int portal = at + HEADER_BYTES;
    int portalEnd = FrontendFrames.textEnd(in, portal, next);
    Subjects.Portal run = progress.subjects().continuation(in, portal, portalEnd);
    continuing = true;
    try {
      return operate(in, run.execute(), run.surroundings(), Reply.EXECUTE, at, next, end);
    } finally {
      continuing = false;
    }
  }

  private int operate(
      ByteBuf in, Operation operation, Surroundings made, Reply reply, int at, int next, int end) {
    int until = accompanied(in, next, end);
    Permit permit = admit(operation, made, reply, in, at, next, until);
    if (permit == null) {
      return passed(at, until);
    }
    progress.replies().add(reply, permit, consequences(permit));
    return sent(in, next, until);
  }

  /**
   * The permit for {@code [at, next)}, recorded together with what accompanies it up to {@code
   * until}; or null if there is nothing to be awaited: it was refused, will be skipped, or has to
   * wait ({@link #passed}).
   */
  private Permit admit(
      Operation operation,
      Surroundings made,
      Reply shape,
      ByteBuf in,
      int at,
      int next,
      int until) {
    waits = false;
    Judge judge = relay.judge();
    if (relay.approval() == null) {
      asked = judge == null ? operation : look(judge, operation, made, shape, in, at, next, until);
      if (asked == null) {
        return null;
      }
    }
    Admission admission = admission(asked, in, at, next, until);
    if (relay.approval() != null) {
      return null;
    }
    Refusal refusal = admission == null ? null : refusal(admission);
    if (refusal != null) {
      drop(in, at, next);
      relay.refused(Substitute.of(refusal), shape);
    } else if (admission == null) {
      drop(in, at, next); // the server would skip it, and nobody has agreed to it
    } else if (progress.skipping()) {
      ((Permit) admission).complete(Outcome.SKIPPED, 0, Answers.NOTHING);
    } else {
      progress.sent(shape);
      return (Permit) admission;
    }
    sent(in, next, until);
    return null;
  }

  /**
   * What the gate says of a message, at last; null if it is skipped without having been admitted.
   */
  private Admission admission(Operation operation, ByteBuf in, int at, int next, int until) {
    Approval before = relay.approval();
    if (before != null) {
      relay.approval(null); // it has waited, and is taken again
      return before.result();
    }
    ByteBuffer request = Answers.view(in, at, until - at);
    Admission admission =
        continuing
            ? relay.entry().goOn(operation, request)
            : relay.entry().admit(operation, request);
    if (!(admission instanceof Waiting waiting)) {
      return admission;
    }
    if (progress.skipping()) {
      waiting.skip();
      return null;
    }
    byte[] prepared = relay.texts().of(operation.subject());
    if (operation.kind() != Operation.Kind.QUERY
        && operation.kind() != Operation.Kind.FUNCTION_CALL
        && prepared.length == 0) {
      return waiting.refuse("needs an approval, and its text is not known: prepare it again");
    }
    drop(in, at, at);
    return waits(waiting, operation, prepared, in, at, next, until);
  }

  private Admission waits(
      Waiting waiting,
      Operation operation,
      byte[] prepared,
      ByteBuf in,
      int at,
      int next,
      int until) {
    if (!progress.replies().isEmpty()) {
      relay.toUpstream(Messages.flush(relay.buffers())); // whether they fail counts
    }
    Approval approval =
        new Approval(
            relay,
            waiting,
            Approval.shown(prepared, bytes(in, at, next), !progress.idle()),
            until - at,
            again(operation),
            Explanation.of(operation, relay));
    approval.begin(in, at);
    if (approval.settled()) {
      return approval.result();
    }
    relay.approval(approval);
    return null;
  }

  /** Where the next message begins: at this one itself if it has to wait. */
  private int passed(int at, int until) {
    return waits || relay.approval() != null ? at : until;
  }

  private static byte[] bytes(ByteBuf in, int from, int to) {
    byte[] bytes = new byte[to - from];
    in.getBytes(from, bytes);
    return bytes;
  }

  /** The operation looked at; or null if it waits, or was left out and recorded as that. */
  private Operation look(
      Judge judge,
      Operation operation,
      Surroundings made,
      Reply shape,
      ByteBuf in,
      int at,
      int next,
      int until) {
    if ((progress.skipping() || progress.condemned()) && judge.failure() == null) {
      judge.skipped();
      leaveOut(operation, Outcome.SKIPPED, in, at, next, until);
      sent(in, next, until);
      return null;
    }
    Operation looked = judge.look(operation, shape == Reply.EXECUTE, made, this, in, at, next);
    if (looked == null && judge.failure() == null) {
      waits = true;
    } else if (looked == null) {
      Substitute failure = judge.takeFailure();
      leaveOut(operation, Outcome.failed(failure.sqlState()), in, at, next, until);
      relay.failed(failure, shape);
      sent(in, next, until);
    }
    return looked;
  }

  private void leaveOut(
      Operation operation, Outcome outcome, ByteBuf in, int at, int next, int until) {
    relay.entry().leftOut(operation, outcome, Answers.view(in, at, until - at));
    drop(in, at, next);
  }

  /** What was asked last, as what stands behind a name: by what its text says. */
  private Operation written(Operation operation) {
    Judge judge = relay.judge();
    return judge == null ? operation : operation.with(judge.written(), null, operation.text());
  }

  /** What it may change is on its way. */
  private Consequences consequences(Permit permit) {
    Judge judge = relay.judge();
    return judge == null ? null : judge.sent(asked, permit.operation());
  }

  /** Looks anew at what waited for people. */
  private Supplier<Operation> again(Operation operation) {
    Judge judge = relay.judge();
    return judge == null ? () -> operation : () -> judge.again(operation);
  }

  /** The refusal, or null if it is a permit; what cannot be recorded ends the connection. */
  static Refusal refusal(Admission admission) {
    if (admission instanceof Waiting waiting) {
      return waiting.refuseHere();
    }
    if (admission instanceof Refusal refusal) {
      if (refusal.code() == Refusal.Code.NO_EVIDENCE) {
        throw new EvidenceException(refusal.sentence());
      }
      return refusal;
    }
    return null;
  }

  /** What stands behind a message in the same read and asks for nothing by itself. */
  private int accompanied(ByteBuf in, int from, int end) {
    if (relay.approval() != null) {
      return in.readerIndex() + relay.approval().length(); // as it was recorded
    }
    int at = from;
    while (end - at >= HEADER_BYTES && FrontendFrames.accompanies(in.getByte(at))) {
      int size = FrontendFrames.size(in, at, relay.limits().statementBytes());
      if (size > end - at) {
        break;
      }
      at += size;
    }
    return at;
  }

  /** Describe, Close, Sync or Flush with no operation before them. */
  private int accompany(ByteBuf in, int at, int end) {
    int until = accompanied(in, at, end);
    relay.entry().note(NOTE, Answers.view(in, at, until - at));
    return sent(in, at, until);
  }

  /** Notes what the server will owe for the accompanying messages in {@code [from, until)}. */
  private int sent(ByteBuf in, int from, int until) {
    int at = from;
    while (at < until) {
      byte type = in.getByte(at);
      if (type == SYNC) {
        progress.synced();
      } else if (type != FLUSH && !progress.skipping()) {
        boolean portal = in.getByte(at + HEADER_BYTES) == PORTAL;
        Reply reply =
            type == CLOSE ? Reply.CLOSE : portal ? Reply.DESCRIBE_PORTAL : Reply.DESCRIBE_STATEMENT;
        progress.replies().add(reply, null, type == CLOSE ? closing(in, at, portal) : null);
        progress.sent(reply);
      }
      at += in.getInt(at + 1) + 1;
    }
    return until;
  }

  /** A Close begins at {@code at}: what its name stood for, it stands for no more. */
  private Prepared closing(ByteBuf in, int at, boolean portal) {
    int name = at + HEADER_BYTES + 1;
    int nameEnd = FrontendFrames.textEnd(in, name, at + 1 + in.getInt(at + 1));
    Subjects subjects = progress.subjects();
    if (portal) {
      subjects.closingPortal(in, name, nameEnd);
      return null;
    }
    return subjects.closing(in, name, nameEnd);
  }

  /** After the gateway itself ended a server's skipping: what the server would have skipped. */
  private int discard(ByteBuf in, byte type, int at, int next) {
    Operation operation =
        switch (type) {
          case QUERY -> SIMPLE_QUERY;
          case PARSE -> PREPARE;
          case FUNCTION_CALL -> CALL;
          case BIND -> kind(Operation.Kind.BIND);
          case EXECUTE -> kind(Operation.Kind.EXECUTE);
          default -> null;
        };
    if (operation == null) {
      relay.entry().note(NOTE, Answers.view(in, at, next - at));
    } else if (relay.judge() != null) {
      relay.entry().leftOut(operation, Outcome.SKIPPED, Answers.view(in, at, next - at));
    } else {
      Admission admission = relay.entry().admit(operation, Answers.view(in, at, next - at));
      if (admission instanceof Waiting waiting) {
        waiting.skip();
      } else if (refusal(admission) == null) {
        ((Permit) admission).complete(Outcome.SKIPPED, 0, Answers.NOTHING);
      }
    }
    drop(in, at, next);
    return next;
  }
}
