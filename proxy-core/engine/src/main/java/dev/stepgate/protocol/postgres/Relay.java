package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.admission.Permit;
import dev.stepgate.operation.Look;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.recording.EvidenceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

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

  private static final WireLimits PARAMETERS = new WireLimits(1, 1, 1, 10_000, 10_000);

  private enum Phase {
    OPEN,
    LEAVING,
    CLOSED
  }

  private final Entry entry;
  private final PostgresLimits limits;
  private final Lease lease;
  private final Link link;
  private final Progress progress = new Progress();
  private final Backend backend;
  private final ClientHalf clientHalf;
  private final UpstreamHalf upstreamHalf;

  private final Texts texts = new Texts();
  private Approval approval;
  private Judge judge;
  private Phase phase = Phase.OPEN;
  private boolean fatalSeen;

  /** A relay between the client and the server of {@code lease}. */
  Relay(Entry entry, Lease lease) {
    this.entry = entry;
    this.limits = lease.limits();
    this.lease = lease;
    this.link = new Link(entry, lease.client(), lease.upstream(), this::lost);
    this.backend = new Backend(this, new Answers(entry));
    this.clientHalf = new ClientHalf(this, new Frontend(this), lease.memory().new Share());
    this.upstreamHalf = new UpstreamHalf(this, backend, lease.memory().new Share());
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

  Progress progress() {
    return progress;
  }

  /** The texts of what people will be asked about. */
  Texts texts() {
    return texts;
  }

  /** What waits for people, or null. */
  Approval approval() {
    return approval;
  }

  void approval(Approval begun) {
    approval = begun;
  }

  EventLoop loop() {
    return link.client().eventLoop();
  }

  Lease lease() {
    return lease;
  }

  /** Whether a message to the client has been written in part. */
  boolean withinAnswer() {
    return backend.withinMessage();
  }

  /** Says something by the way, at once. */
  void say(ByteBuf bytes) {
    if (!open()) {
      bytes.release();
      return;
    }
    try {
      saidToClient(null, bytes);
      link.flush();
    } catch (EvidenceException e) {
      lost(e);
    }
  }

  /** Who looks at what is asked for, or null if that is not to be known. */
  Judge judge() {
    if (entry.looks() == Look.NOTHING) {
      if (judge != null) {
        judge = null;
        progress.situation(null);
        progress.subjects().forget();
      }
    } else if (judge == null) {
      Situation situation =
          new Situation(
              lease.setting("server_encoding"),
              lease.setting("client_encoding"),
              lease.setting("standard_conforming_strings"),
              entry.operations() == 0 && !progress.busy());
      progress.situation(situation);
      judge = new Judge(this, lease.insight(), situation);
    }
    return judge;
  }

  /** People are waited for: what is known of the target must not grow old meanwhile. */
  void keepFresh() {
    if (judge != null) {
      judge.keepFresh();
    }
  }

  /** Asks the server something of the gateway's own. */
  void inquire(Inquiry inquiry) {
    ByteBuf out = buffers().buffer();
    inquiry.write(out, progress.replies());
    toUpstream(out);
  }

  /** The server has answered it. */
  void answered(Inquiry inquiry) {
    if (judge != null) {
      judge.answered(inquiry);
    }
  }

  boolean open() {
    return phase != Phase.CLOSED;
  }

  boolean leaving() {
    return phase == Phase.LEAVING;
  }

  boolean blocked() {
    return phase != Phase.OPEN || progress.blocked();
  }

  void fatalSeen() {
    fatalSeen = true;
  }

  /** Finds out where the server stands after a failed COPY. */
  void resynchronize() {
    if (progress.lose()) {
      probe();
    }
  }

  void probe() {
    progress.block(Progress.Block.RESYNC);
    toUpstream(Messages.probe(buffers()));
  }

  /**
   * Answers a refused message, which was left out of what is forwarded. Outside a transaction, a
   * Query is answered at once. Else the server gets a message in its place that cannot but fail, so
   * that it fails the transaction itself; its error becomes the refusal.
   */
  void refused(Substitute refusal, Reply shape) {
    Replies replies = progress.replies();
    if (progress.skipping()) {
      return;
    }
    if (!shape.extended() && progress.idle()) {
      ByteBuf answer = Messages.error(buffers(), refusal);
      ByteBuf ready = Messages.ready(buffers(), Progress.IDLE);
      saidToClient(null, answer.writeBytes(ready));
      ready.release();
      return;
    }
    if (shape.extended()) {
      toUpstream(Messages.failingParse(buffers()));
      replies.add(Reply.PARSE, null, refusal);
      progress.condemn();
    } else {
      toUpstream(Messages.failingQuery(buffers()));
      replies.add(Reply.QUERY, null, refusal);
    }
    progress.sent(shape);
  }

  /** Answers a message that was left out since what it would do could not be found out. */
  void failed(Substitute failure, Reply shape) {
    if (progress.skipping()) {
      saidToClient(null, Messages.error(buffers(), failure));
    } else {
      refused(failure, shape);
    }
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

  /** Whether the server takes what it is sent. */
  boolean upstreamTakes() {
    return link.upstream().isWritable() || !link.upstream().isActive();
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
      progress.unblockStray();
      if (approval != null) {
        approval.serverSaid();
      }
      if (judge != null) {
        judge.settled();
      }
      clientHalf.holding();
      if (!blocked()) {
        clientHalf.resume();
      }
      if (open()) {
        link.flush();
        boolean listens = approval != null && approval.listens(clientHalf.waitingBytes());
        link.credit(blocked() && !(listens && phase == Phase.OPEN));
      }
    } catch (EvidenceException e) {
      lost(e);
    }
  }

  /** The client sent Terminate; what it sent before is still to be forwarded. */
  void terminated() {
    phase = Phase.LEAVING;
  }

  /** What the client sent before Terminate has been forwarded. */
  void leave() {
    if (progress.busy() || link.withheld()) {
      // In order: the server ends the connection once it has done what came before.
      toUpstream(Messages.terminate(buffers()));
      link.flush();
      return;
    }
    phase = Phase.CLOSED;
    end("the client ended the connection");
    lease.finished(progress.idle() && !progress.defined());
  }

  /**
   * Cancels what runs, if anything does. Until the server has acted on it nothing further of the
   * client's is forwarded, so that no later statement can be hit.
   */
  void cancel() {
    if (phase == Phase.OPEN && approval != null && !approval.settled()) {
      try {
        entry.note("cancel", Answers.NOTHING);
      } catch (EvidenceException e) {
        lost(e);
        return;
      }
      approval.cancel();
    }
    boolean waits = judge != null && progress.blocked(Progress.Block.JUDGE);
    if (phase != Phase.OPEN
        || !(progress.running() || waits)
        || progress.blocked(Progress.Block.CANCEL)) {
      return;
    }
    try {
      entry.note("cancel", Answers.NOTHING);
    } catch (EvidenceException e) {
      lost(e);
      return;
    }
    if (!progress.running()) {
      judge.cancel();
      readDone();
      return;
    }
    progress.block(Progress.Block.CANCEL);
    lease
        .cancel()
        .addListener(
            done -> {
              progress.unblock(Progress.Block.CANCEL);
              readDone();
            });
  }

  void clientGone() {
    if (phase == Phase.OPEN) {
      abandoned("the client went away");
    } else if (phase == Phase.LEAVING && !progress.running() && !link.withheld()) {
      // Nothing is owed to anybody: no need to wait for the server to say goodbye.
      abandoned("the client ended the connection");
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
      boolean running = progress.running();
      phase = Phase.CLOSED;
      end(reason);
      lease.broken(null, running);
    }
  }

  private void lost(EvidenceException e) {
    fail(SqlState.NO_EVIDENCE, e.getMessage());
  }

  /** A half could not go on. */
  void broken(Throwable e, boolean byClient) {
    if (e instanceof EvidenceException lost) {
      lost(lost);
    } else if (e instanceof WireException wire) {
      boolean limit = wire.fault() == WireException.Fault.LIMIT;
      fail(
          limit ? SqlState.LIMIT : SqlState.PROTOCOL,
          byClient ? wire.getMessage() : "from the server: " + wire.getMessage());
    } else if (e instanceof Memory.MemoryException) {
      fail(SqlState.OUT_OF_MEMORY, e.getMessage());
    } else if (e instanceof DesyncException desync) {
      fail(desync.sqlState(), e.getMessage());
    } else {

      fail(SqlState.INTERNAL, "internal error: " + e);
    }
  }

  /** A statement's command tag lies in {@code [from, end)}. */
  void tag(ByteBuf in, int from, int end) {
    if (progress.tag(in, from, end)) {
      lease.defined();
    }
  }

  /** A ParameterStatus is on its way to the client. */
  void parameter(ByteBuf message) {
    ParameterStatus status = (ParameterStatus) new BackendDecoder(PARAMETERS).decode(message);
    lease.parameter(status);
    if (progress.situation() != null) {
      progress.situation().parameter(status.name().toString(), status.value().toString());
    }
  }

  /** Ends the connection with an error that the client sees, if it can see one at this point. */
  void fail(String sqlState, String message) {
    if (!open()) {
      return;
    }
    boolean running = progress.running();
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

  /**
   * Gives every operation that is still open its outcome, and closes the recording. The client gets
   * what is recorded as seen: its channel is closed next, which drops what was not flushed.
   */
  private void end(String reason) {
    link.flushClient();
    Replies replies = progress.replies();
    CopyIn copyIn = progress.copyIn();
    try {
      if (approval != null) {
        approval.abandon(reason);
      }
      long rows = backend.abandon();
      if (copyIn != null && copyIn.permit() != null) {
        copyIn.permit().complete(Outcome.INTERRUPTED, 0, Answers.NOTHING);
      }
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
