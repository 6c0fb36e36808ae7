package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.FrontendFrames.HEADER_BYTES;
import static dev.stepgate.protocol.postgres.wire.FrontendFrames.TERMINATE;

import dev.stepgate.admission.Admission;
import dev.stepgate.admission.Asked;
import dev.stepgate.admission.Permit;
import dev.stepgate.admission.Refusal;
import dev.stepgate.admission.Shown;
import dev.stepgate.admission.Waiting;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.protocol.postgres.wire.FrontendFrames;
import dev.stepgate.protocol.postgres.wire.RequestText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A message that waits for people, first among what the client's half holds. Nothing of it is
 * forwarded, and nothing behind it taken; what comes behind it is read all the same, up to a limit,
 * since a client that leaves waits no more. Confined to the relay's event loop.
 *
 * <pre>
 *   waiting --people agree--> taken again, judged anew --> permit  \
 *   waiting --rejected, expired, cancelled--> refusal               > taken again, and has this
 *   waiting --an earlier operation failed--> skipped               /
 * </pre>
 */
final class Approval implements Waiting.Listener {

  /** How much of what a client sends behind the message is read while it waits, in bytes. */
  static final int MAX_BEHIND = 64 << 10;

  private static final int LOOK_SECONDS = 1;
  private static final int SAY_SECONDS = 60;

  private final Relay relay;
  private final Waiting waiting;
  private final Shown shown;
  private final int length;
  private final Supplier<Operation> again;
  private final Explanation explanation;
  private ScheduledFuture<?> ticks;
  private int seconds;
  private int scanned;
  private boolean beginning = true;
  private boolean due;
  private Admission result;
  private boolean skipped;

  /**
   * A wait.
   *
   * @param shown the message, as people are shown it
   * @param length its bytes, with what was recorded with it
   * @param again looks at it anew when it is released
   * @param explanation what the server expects of it
   */
  Approval(
      Relay relay,
      Waiting waiting,
      Shown shown,
      int length,
      Supplier<Operation> again,
      Explanation explanation) {
    this.relay = relay;
    this.waiting = waiting;
    this.shown = shown;
    this.length = length;
    this.scanned = length;
    this.again = again;
    this.explanation = explanation;
  }

  /** What people are shown of {@code message}, which {@code prepared} has prepared. */
  static Shown shown(byte[] prepared, byte[] message, boolean transaction) {
    RequestText text = RequestText.of(prepared, message);
    return new Shown(
        text.statement(),
        text.parameters(),
        ByteBuffer.wrap(prepared),
        ByteBuffer.wrap(message),
        transaction);
  }

  /** Asks people about the message at {@code at}; the answer may be here when this returns. */
  void begin(ByteBuf in, int at) {
    relay.progress().block(Progress.Block.APPROVAL);
    EventLoop loop = relay.loop();
    ticks = loop.scheduleAtFixedRate(this::tick, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    waiting.ask(shown, this, loop::execute);
    scan(in, at);
    beginning = false;
  }

  /** Whether it is known what becomes of the message. */
  boolean settled() {
    return result != null || skipped;
  }

  /** What the gate says; null if the server would skip the message. */
  Admission result() {
    return result;
  }

  /** How many bytes the message has, with what was recorded with it. */
  int length() {
    return length;
  }

  /** Whether more of the client's is read, of which {@code held} bytes wait with the message. */
  boolean listens(int held) {
    return !settled() && held - length < MAX_BEHIND;
  }

  /** The message lies at {@code at}: looks whether the client leaves behind it. */
  void scan(ByteBuf in, int at) {
    int behind = at + scanned;
    while (!settled() && in.writerIndex() - behind >= HEADER_BYTES) {
      if (in.getByte(behind) == TERMINATE) {
        cancel();
        return;
      }
      behind += FrontendFrames.size(in, behind, relay.limits().statementBytes());
    }
    scanned = behind - at;
  }

  /** The client gives up; answers whether it had waited. */
  boolean cancel() {
    if (settled()) {
      return false;
    }
    settle(waiting.cancel());
    return true;
  }

  /** A read of the server's was taken. */
  void serverSaid() {
    if (!settled() && relay.progress().skipping()) {
      skipped = true;
      waiting.skip();
      settle(null);
    } else if (due) {
      say();
    }
  }

  /** The connection is over. */
  void abandon(String reason) {
    stopTicks();
    if (!settled()) {
      waiting.abandon(reason);
    } else if (result instanceof Permit permit) {
      permit.complete(Outcome.INTERRUPTED, 0, Answers.NOTHING);
    }
  }

  @Override
  public void asked(Asked asked) {
    say();
    explanation.ask(shown, waiting::expecting);
  }

  /** By a catalog that was read after people agreed. */
  @Override
  public void approved() {
    if (relay.judge() == null) {
      release();
      return;
    }
    CompletableFuture<Void> unused =
        relay
            .lease()
            .insight()
            .refreshed()
            .whenComplete((done, failed) -> relay.loop().execute(this::release));
  }

  private void release() {
    if (!settled() && relay.open()) {
      waiting.release(again.get(), shown, this::settle);
    }
  }

  @Override
  public void refused(Refusal refusal) {
    settle(refusal);
  }

  private void settle(Admission admission) {
    result = admission;
    due = false;
    stopTicks();
    relay.progress().unblock(Progress.Block.APPROVAL);
    if (!beginning) {
      relay.readDone();
    }
  }

  private void stopTicks() {
    if (ticks != null) {
      ticks.cancel(false);
    }
  }

  private void tick() {
    waiting.look();
    relay.keepFresh();
    seconds += LOOK_SECONDS;
    if (!settled() && seconds % SAY_SECONDS == 0) {
      say();
    }
  }

  private void say() {
    Asked asked = waiting.asked();
    due = asked != null && relay.withinAnswer();
    if (asked != null && !due) {
      relay.say(Messages.notice(relay.buffers(), sentence(asked)));
    }
  }

  private String sentence(Asked asked) {
    String people = asked.count() == 1 ? "somebody" : asked.count() + " people";
    String have = asked.agreed() == 0 ? "" : ", " + asked.agreed() + " agreed so far";
    String locks = shown.transaction() ? ", this transaction's locks are held meanwhile" : "";
    return "waiting for approval "
        + asked.id()
        + " by "
        + people
        + " of "
        + String.join(", ", asked.from())
        + have
        + ", for "
        + time(asked.left())
        + " at most"
        + locks
        + ": stepgate approve "
        + asked.id()
        + " ["
        + asked.reference()
        + "]";
  }

  private static String time(Duration left) {
    long seconds = left.toSeconds();
    return seconds >= 2 * SAY_SECONDS ? seconds / SAY_SECONDS + " min" : seconds + " s";
  }
}
