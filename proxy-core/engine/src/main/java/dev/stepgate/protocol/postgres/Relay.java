package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.admission.Permit;
import dev.stepgate.admission.Refusal;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.recording.EvidenceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.Set;

/**
 * One client's open session with one server: what is owed, what waits, and how it ends.
 *
 * <pre>
 *   OPEN     --Terminate, nothing owed-->   CLOSED, the server connection may be kept
 *   OPEN     --Terminate, replies owed-->   LEAVING
 *   LEAVING  --server closes-->             CLOSED
 *   OPEN     --client gone-->               CLOSED, what runs is cancelled
 *   OPEN     --server gone, violation, lost evidence, session sealed-->  CLOSED
 * </pre>
 *
 * Confined to the event loop of both channels.
 */
final class Relay {

  /** Why nothing of the client's is taken at the moment. */
  enum Block {
    /** A COPY FROM STDIN has been sent whole and is not answered yet. */
    COPY,
    /** COPY data came before the answer that says whether a COPY begins. */
    STRAY,
    /** Where the server stands after a failed COPY is being found out. */
    RESYNC,
    /** A cancel request is under way; it must not hit a later statement. */
    CANCEL
  }

  private enum Phase {
    OPEN,
    LEAVING,
    CLOSED
  }

  private static final byte IDLE = 'I';

  private final Entry entry;
  private final PostgresLimits limits;
  private final Lease lease;
  private final Link link;
  private final Replies replies = new Replies();
  private final Subjects subjects = new Subjects();
  private final Backend backend;
  private final ClientHalf clientHalf;
  private final UpstreamHalf upstreamHalf;
  private final Set<Block> blocks = EnumSet.noneOf(Block.class);

  private Phase phase = Phase.OPEN;
  private CopyIn copyIn;
  private byte status = IDLE;
  private boolean unsynced;
  private boolean skipping;
  private boolean discarding;
  private boolean fatalSeen;

  /** A relay between the client and the server of {@code lease}. */
  Relay(Entry entry, Lease lease) {
    this.entry = entry;
    this.limits = lease.limits();
    this.lease = lease;
    this.link = new Link(entry, lease.client(), lease.upstream(), this::lost);
    this.backend = new Backend(this, new Answers(entry));
    this.clientHalf = new ClientHalf(this, new Frontend(this));
    this.upstreamHalf = new UpstreamHalf(this, backend);
  }

  ClientHalf clientHalf() {
    return clientHalf;
  }

  UpstreamHalf upstreamHalf() {
    return upstreamHalf;
  }

  Entry entry() {
    return entry;
  }

  PostgresLimits limits() {
    return limits;
  }

  ByteBufAllocator buffers() {
    return link.client().alloc();
  }

  Replies replies() {
    return replies;
  }

  Subjects subjects() {
    return subjects;
  }

  CopyIn copyIn() {
    return copyIn;
  }

  void copyIn(CopyIn begun) {
    copyIn = begun;
  }

  boolean open() {
    return phase != Phase.CLOSED;
  }

  boolean leaving() {
    return phase == Phase.LEAVING;
  }

  boolean blocked() {
    return !blocks.isEmpty() || replies.full() || phase != Phase.OPEN;
  }

  void block(Block why) {
    blocks.add(why);
  }

  void unblock(Block why) {
    blocks.remove(why);
  }

  /** Whether the server skips whatever it is sent up to the next Sync. */
  boolean skipping() {
    return skipping;
  }

  /** Whether the gateway has to do so in its place. */
  boolean discarding() {
    return discarding;
  }

  void skips() {
    skipping = true;
  }

  /** A message that will be answered with {@code reply} goes to the server. */
  void sent(Reply reply) {
    unsynced = reply.extended();
  }

  /** A Sync goes to the server. */
  void synced() {
    skipping = false;
    discarding = false;
    unsynced = false;
    replies.add(Reply.SYNC, null, null);
  }

  byte status() {
    return status;
  }

  /** ReadyForQuery said so. */
  void status(byte now) {
    status = now;
  }

  void fatalSeen() {
    fatalSeen = true;
  }

  /** A statement's command tag lies in {@code [from, end)}. */
  void tag(ByteBuf in, int from, int end) {
    if (end - from > 3 && in.getByte(from) == 'D') {
      byte third = in.getByte(from + 2);
      // DEALLOCATE, DISCARD; not DELETE, DROP, DECLARE, DO.
      if (third == 'A' || third == 'S') {
        subjects.forget();
      }
    }
  }

  /** A COPY FROM STDIN is over; {@code syncs} that were sent behind it are still to be answered. */
  void copied(int syncs) {
    copyIn = null;
    for (int i = 0; i < syncs; i++) {
      replies.add(Reply.SYNC, null, null);
    }
  }

  void resynchronizing() {
    copyIn = null;
    block(Block.RESYNC);
    toUpstream(Messages.probe(buffers()));
  }

  void resynchronized(boolean serverWouldSkip) {
    discarding = serverWouldSkip;
    unblock(Block.RESYNC);
  }

  /**
   * Answers a refused message, which was left out of what is forwarded. Outside a transaction, a
   * Query is answered at once. Else the server gets a message in its place that cannot but fail, so
   * that it fails the transaction itself; its error becomes the refusal.
   */
  void refused(Refusal refusal, Reply shape) {
    if (skipping) {
      return;
    }
    if (!shape.extended() && replies.isEmpty() && !unsynced && status == IDLE) {
      ByteBuf answer = Messages.refusal(buffers(), refusal);
      ByteBuf ready = Messages.ready(buffers(), IDLE);
      saidToClient(null, answer.writeBytes(ready));
      ready.release();
      return;
    }
    if (shape.extended()) {
      toUpstream(Messages.failingParse(buffers()));
      replies.add(Reply.PARSE, null, refusal);
    } else {
      toUpstream(Messages.failingQuery(buffers()));
      replies.add(Reply.QUERY, null, refusal);
    }
    sent(shape);
  }

  /** Records and writes what the gateway itself says within an operation, or outside (null). */
  void saidToClient(Permit permit, ByteBuf bytes) {
    try {
      if (permit != null) {
        permit.response(Answers.view(bytes, bytes.readerIndex(), bytes.readableBytes()));
      } else {
        entry.note(Answers.NOTE, Answers.view(bytes, bytes.readerIndex(), bytes.readableBytes()));
      }
    } catch (EvidenceException e) {
      bytes.release();
      throw e;
    }
    toClient(bytes);
  }

  void toClient(ByteBuf bytes) {
    link.toClient(bytes);
  }

  void toUpstream(ByteBuf bytes) {
    link.toUpstream(bytes);
  }

  /** Both halves are in place. */
  void begin() {
    if (!link.upstream().isActive()) {
      upstreamGone();
    } else if (!link.client().isActive()) {
      clientGone();
    } else {
      readDone();
    }
  }

  /** A read was taken, or a channel can be written again. */
  void readDone() {
    if (!open()) {
      return;
    }
    try {
      unblockAnswered();
      if (!blocked()) {
        clientHalf.resume();
      }
      if (open()) {
        link.flush();
        link.credit(blocked());
      }
    } catch (EvidenceException e) {
      lost(e);
    }
  }

  private void unblockAnswered() {
    if (!blocks.isEmpty()) {
      if (copyIn == null) {
        unblock(Block.COPY);
      }
      if (copyIn != null || !replies.mayCopy()) {
        unblock(Block.STRAY);
      }
    }
  }

  /** Whether the server works on something, or is in the middle of something. */
  boolean busy() {
    return !replies.isEmpty() || copyIn != null || unsynced || blocks.contains(Block.RESYNC);
  }

  /** The client sent Terminate; what it sent before is still to be forwarded. */
  void terminated() {
    phase = Phase.LEAVING;
  }

  /** What the client sent before Terminate has been forwarded. */
  void leave() {
    if (busy()) {
      // In order: the server ends the connection once it has done what came before.
      toUpstream(Messages.terminate(buffers()));
      link.flush();
      return;
    }
    phase = Phase.CLOSED;
    end("the client ended the connection");
    lease.finished(status == IDLE && !skipping && !discarding);
  }

  /**
   * Cancels what runs, if anything does. Until the server has acted on it nothing further of the
   * client's is forwarded, so that no later statement can be hit.
   */
  void cancel() {
    boolean running = !replies.isEmpty() || copyIn != null;
    if (phase != Phase.OPEN || !running || blocks.contains(Block.CANCEL)) {
      return;
    }
    try {
      entry.note("cancel", Answers.NOTHING);
    } catch (EvidenceException e) {
      lost(e);
      return;
    }
    block(Block.CANCEL);
    lease
        .cancel()
        .addListener(
            done -> {
              unblock(Block.CANCEL);
              readDone();
            });
  }

  void clientGone() {
    if (phase == Phase.OPEN) {
      abandoned("the client went away");
    } else {
      readDone();
    }
  }

  void upstreamGone() {
    if (phase == Phase.LEAVING) {
      phase = Phase.CLOSED;
      end("the client ended the connection");
      lease.broken(null, false);
    } else if (fatalSeen && open()) {
      phase = Phase.CLOSED;
      end("the server ended the connection");
      lease.broken(null, false);
    } else {
      fail(
          SqlState.CONNECTION_FAILURE,
          "the server of \"" + lease.name() + "\" closed the connection");
    }
  }

  /** Nobody waits for an answer any more: what runs is cancelled. */
  void abandoned(String reason) {
    if (open()) {
      boolean running = busy();
      phase = Phase.CLOSED;
      end(reason);
      lease.broken(null, running);
    }
  }

  private void lost(EvidenceException e) {
    fail(SqlState.NO_EVIDENCE, e.getMessage());
  }

  /** A half could not go on. */
  void broken(RuntimeException e, boolean byClient) {
    if (e instanceof EvidenceException lost) {
      lost(lost);
    } else if (e instanceof WireException wire) {
      boolean limit = wire.fault() == WireException.Fault.LIMIT;
      fail(
          limit ? SqlState.LIMIT : SqlState.PROTOCOL,
          byClient ? wire.getMessage() : "from the server: " + wire.getMessage());
    } else if (e instanceof DesyncException) {
      fail(SqlState.PROTOCOL, e.getMessage());
    } else {
      fail(SqlState.INTERNAL, "internal error: " + e);
    }
  }

  /** Ends the connection with an error that the client sees, if it can see one at this point. */
  void fail(String sqlState, String message) {
    if (!open()) {
      return;
    }
    boolean running = busy();
    phase = Phase.CLOSED;
    ByteBuf last =
        backend.withinMessage()
            ? Unpooled.EMPTY_BUFFER
            : Messages.fatal(buffers(), sqlState, message);
    try {
      entry.note(Answers.NOTE, Answers.view(last, last.readerIndex(), last.readableBytes()));
    } catch (EvidenceException e) {
      // The client is told all the same: this is how it learns that there is no evidence.
    }
    end(message);
    lease.broken(last, running);
  }

  /** Gives every operation that is still open its outcome, and closes the recording. */
  private void end(String reason) {
    try {
      backend.abandon();
      if (copyIn != null && copyIn.permit() != null) {
        copyIn.permit().complete(Outcome.INTERRUPTED, 0, Answers.NOTHING);
      }
      long rows = backend.rows();
      while (!replies.isEmpty()) {
        Permit permit = replies.permit();
        if (permit != null) {
          permit.complete(Outcome.INTERRUPTED, rows, Answers.NOTHING);
          rows = 0;
        }
        replies.remove();
      }
    } catch (EvidenceException e) {
      // What has no outcome counts as interrupted when the recording is read.
    }
    entry.close(reason);
  }
}
