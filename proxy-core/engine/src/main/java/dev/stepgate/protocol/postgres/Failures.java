package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Permit;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.wire.BackendFrames;
import io.netty.buffer.ByteBuf;

/**
 * What an ErrorResponse means: which operation failed, which are skipped for it, and what becomes
 * of a COPY that it ended. The error of a message that stood in for a refused one becomes the
 * refusal.
 */
final class Failures {

  private final Relay relay;
  private final Progress progress;
  private final Answers answers;
  private final Outlet outlet;
  private final Running running;
  private Resync resync;

  Failures(Relay relay, Answers answers, Outlet outlet, Running running) {
    this.relay = relay;
    this.progress = relay.progress();
    this.answers = answers;
    this.outlet = outlet;
    this.running = running;
  }

  /** The ErrorResponse in {@code [at, next)}. */
  void error(ByteBuf in, int at, int next) {
    Replies replies = progress.replies();
    Reply head = replies.head();
    boolean fatal = BackendFrames.fatal(in, at, next);
    if (fatal) {
      relay.fatalSeen();
    }
    if (head == null || head == Reply.SYNC) {
      // Of no operation: the server's own end, or that of a transaction whose commit failed.
      // Recorded behind what came before, which the server did say was done.
      answers.owned(null, in, at);
      return;
    }
    Permit permit = replies.permit();
    answers.owned(permit, in, at);
    CopyIn copy = progress.copyIn();
    Substitute refusal = refusal(copy);
    if (refusal != null && !fatal) {
      answers.skip(in, at, next);
      outlet.leaveOut(in, at, next);
      relay.saidToClient(permit, Messages.error(relay.buffers(), refusal));
    }
    String code = BackendFrames.sqlState(in, at, next);
    running.breakCopyOut(Outcome.failed(code));
    if (copy != null && copy.permit() != null) {
      copy.permit().complete(Outcome.failed(code), 0, Answers.NOTHING);
    }
    if (head.extended()) {
      extended(in, next, permit, code);
    } else {
      running.failed(code);
    }
    if (copy != null) {
      copyFailed(copy);
    }
  }

  private Substitute refusal(CopyIn copy) {
    if (progress.replies().extra() instanceof Substitute own) {
      return own;
    }
    return copy == null || copy.refusal() == null ? null : Substitute.of(copy.refusal());
  }

  /** The server skips up to the next Sync: what waits until then ends as skipped. */
  private void extended(ByteBuf in, int next, Permit failed, String code) {
    if (failed != null) {
      answers.ends(Outcome.failed(code), running.takeRows());
    }
    Replies replies = progress.replies();
    while (replies.head() != null && replies.head() != Reply.SYNC) {
      Permit permit = replies.permit();
      if (replies.extra() instanceof Prepared prepared) {
        progress.subjects().failed(prepared);
      }
      if (replies.head() == Reply.BIND) {
        progress.subjects().unbound();
      }
      replies.remove();
      if (permit != null && permit != failed && !permit.completed()) {
        answers.close(in, next);
        permit.complete(Outcome.SKIPPED, 0, Answers.NOTHING);
      }
    }
    CopyIn copy = progress.copyIn();
    if (replies.isEmpty() && (copy == null || copy.syncs() == 0)) {
      progress.skips();
    }
  }

  private void copyFailed(CopyIn copy) {
    if (copy.syncsBefore() == 0) {
      progress.copied(copy.syncsBehind());
    } else {
      resync = new Resync(copy.extended());
      relay.resynchronize();
    }
  }

  /** Whether where the server stands is being found out, so that its messages come here. */
  boolean resynchronizing() {
    return resync != null;
  }

  /** A message that came meanwhile. */
  void resynchronize(byte type, ByteBuf in, int at, int next) {
    Resync.Verdict verdict = resync.message(type);
    if (verdict == Resync.Verdict.BROKEN) {
      throw new DesyncException(type, progress.replies().head());
    }
    answers.skip(in, at, next);
    outlet.leaveOut(in, at, next);
    if (verdict == Resync.Verdict.KEEP && resync.releases()) {
      releaseReady();
    }
    if (verdict != Resync.Verdict.DROP) {
      progress.status(in.getByte(next - 1));
    }
    if (verdict == Resync.Verdict.END) {
      boolean skipping = resync.skipping();
      resync = null;
      progress.resynchronized(skipping);
    }
  }

  /** The ReadyForQuery that was kept is the client's: of its Query, or of one of its Syncs. */
  private void releaseReady() {
    Replies replies = progress.replies();
    ByteBuf ready = Messages.ready(relay.buffers(), progress.status());
    if (replies.head() != Reply.QUERY) {
      relay.saidToClient(null, ready);
      return;
    }
    Permit permit = replies.permit();
    replies.remove();
    relay.saidToClient(permit, ready);
    answers.ended(permit, running.takeOutcome(), running.takeRows());
  }
}
