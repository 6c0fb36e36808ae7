package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.FrontendFrames.HEADER_BYTES;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.wire.FrontendFrames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Looks at what a client asks for before the gate decides on it: what its text says, which names
 * stand for what, and what the target makes of that at this moment. Where an answer is not there,
 * the client's half waits with the message untaken, and the message is looked at again:
 *
 * <pre>
 *   facts     not seen before       a parser's thread is asked
 *   names     still moving          what is on its way is answered first
 *   settings  not sure              the same, then the server is asked ({@link Inquiry})
 *   catalog   older than a change   it is read anew
 * </pre>
 *
 * Each is waited for at most a few times for one message, and an answer that was asked for is used
 * whatever became of it meanwhile. Confined to the connection's event loop.
 */
final class Judge {

  /** How often one message may wait for anything; more is a sign that nothing comes of it. */
  private static final int MAX_WAITS = 16;

  private final Relay relay;
  private final Progress progress;
  private final Insight insight;
  private final Situation situation;
  private final Verdicts verdicts;
  private final Calls calls;
  private final Shape shape = new Shape();

  private int turn;
  private int waits;
  private boolean settling;
  private Facts heard;
  private Lexing heardBy;
  private boolean refreshed;
  private Substitute failure;
  private Facts written;
  private Surroundings made;
  private Verdicts.Verdict verdict;

  Judge(Relay relay, Insight insight, Situation situation) {
    this.relay = relay;
    this.progress = relay.progress();
    this.insight = insight;
    this.situation = situation;
    this.verdicts = new Verdicts(insight, situation, progress.subjects());
    this.calls = new Calls(insight);
  }

  Situation situation() {
    return situation;
  }

  /**
   * The message that begins at {@code at} as the gate has to see it, or null if it has to wait or
   * has failed ({@link #failure}).
   *
   * @param operation what it asks for; with facts where it goes on with a statement
   * @param portal whether it goes on with a portal
   * @param bound what names meant when that was made, or null
   */
  Operation look(
      Operation operation,
      boolean portal,
      Surroundings bound,
      Frontend frontend,
      ByteBuf in,
      int at,
      int next) {
    if (failure != null) {
      return null;
    }
    Facts facts = facts(operation, frontend, in, at, next);
    if (facts == null) {
      return null;
    }
    if (isMoving(operation.kind(), portal, facts)) {
      return settle(frontend, in, at);
    }
    Facts resolved = verdicts.resolve(facts);
    boolean needs = verdicts.needsSurroundings(resolved);
    written = facts;
    made = bound;
    if (needs && !prepared(frontend, in, at)) {
      return null;
    }
    verdict = verdicts.judge(resolved, made);
    if (needs && verdict.isOutdated() && !refreshed) {
      refreshed = true;
      return await(insight.refreshed(), done -> {});
    }
    String text = relay.entry().looks() == Look.TEXT ? text(operation, in, at, next) : null;
    begin();
    return operation.with(verdict.facts(), verdict.reach(), text);
  }

  /** Whether a name that it runs may come to stand for something else by what is on its way. */
  private boolean isMoving(Operation.Kind kind, boolean portal, Facts facts) {
    boolean named =
        kind == Operation.Kind.BIND || kind == Operation.Kind.EXECUTE || verdicts.needsNames(facts);
    Subjects subjects = progress.subjects();
    return named
        && (subjects.isMoving()
            || ((portal || verdicts.needsPortals(facts)) && subjects.isMoving(progress.replies())));
  }

  /** Whether what decides on the meaning of names is known, as far as it can be. */
  private boolean prepared(Frontend frontend, ByteBuf in, int at) {
    if (situation.isMoving() && !progress.replies().isEmpty()) {
      settle(frontend, in, at);
      return false;
    }
    if (!situation.isSure() && progress.status() != Progress.FAILED) {
      ask(frontend, in, at);
      return false;
    }
    if (situation.isStale()) {
      situation.refreshing();
      refreshed = true;
      await(insight.refreshed(), done -> {});
      return false;
    }
    if (!insight.isFresh() && !refreshed) {
      refreshed = true;
      await(insight.fresh(), done -> {});
      return false;
    }
    return true;
  }

  private Facts facts(Operation operation, Frontend frontend, ByteBuf in, int at, int next) {
    switch (operation.kind()) {
      case QUERY -> {
        int from = at + HEADER_BYTES;
        return textFacts(frontend, in, at, from, FrontendFrames.textEnd(in, from, next));
      }
      case PARSE -> {
        int from = FrontendFrames.textEnd(in, at + HEADER_BYTES, next) + 1;
        return textFacts(frontend, in, at, from, FrontendFrames.textEnd(in, from, next));
      }
      case FUNCTION_CALL -> {
        return called(in, at, next);
      }
      default -> {
        return operation.facts() == null ? Runs.UNKNOWN : operation.facts();
      }
    }
  }

  private Facts textFacts(Frontend frontend, ByteBuf in, int at, int from, int end) {
    Lexing lexing = situation.lexing();
    if (lexing == null) {
      if (isPlain(in, from, end)) {
        lexing = Lexing.USUAL;
      } else if (!progress.replies().isEmpty()) {
        settle(frontend, in, at);
        return null;
      } else {
        ask(frontend, in, at);
        return null;
      }
    }
    if (heard != null && lexing.equals(heardBy)) {
      return heard;
    }
    int length = end - from;
    in.getBytes(from, shape.room(length), 0, length);
    return read(length, lexing);
  }

  /** Whether a text is read the same by whatever settings. */
  private static boolean isPlain(ByteBuf in, int from, int end) {
    for (int i = from; i < end; i++) {
      byte b = in.getByte(i);
      if (b < 0 || b == '\\') {
        return false;
      }
    }
    return true;
  }

  private Facts called(ByteBuf in, int at, int next) {
    if (heard != null) {
      return heard;
    }
    if (!insight.isFresh() && !refreshed) {
      refreshed = true;
      await(insight.fresh(), done -> {});
      return null;
    }
    byte[] text = calls.text(in, at, next);
    if (text == null && !refreshed) {
      refreshed = true;
      await(insight.refreshed(), done -> {});
      return null;
    }
    if (text == null) {
      return Calls.UNKNOWN;
    }
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    return read(text.length, Lexing.USUAL);
  }

  private Facts read(int length, Lexing lexing) {
    Facts known = insight.known(shape, length, lexing);
    if (known != null) {
      heard = known;
      heardBy = lexing;
      return known;
    }
    await(
        insight.read(shape, length, lexing),
        facts -> {
          heard = facts;
          heardBy = lexing;
        });
    return null;
  }

  private String text(Operation operation, ByteBuf in, int at, int next) {
    switch (operation.kind()) {
      case QUERY, PARSE -> {
        int from = at + HEADER_BYTES;
        if (operation.kind() == Operation.Kind.PARSE) {
          from = FrontendFrames.textEnd(in, from, next) + 1;
        }
        int end = FrontendFrames.textEnd(in, from, next);
        return in.toString(from, end - from, StandardCharsets.UTF_8);
      }
      default -> {
        return operation.text();
      }
    }
  }

  /** Waits until all that is on its way is answered. */
  private Operation settle(Frontend frontend, ByteBuf in, int at) {
    if (tooOften()) {
      return null;
    }
    settling = true;
    progress.block(Progress.Block.JUDGE);
    // Without a Sync the server would keep its answers to itself.
    frontend.drop(in, at, at);
    relay.toUpstream(Messages.flush(relay.buffers()));
    return null;
  }

  /** Asks the server. */
  private void ask(Frontend frontend, ByteBuf in, int at) {
    if (!tooOften()) {
      frontend.drop(in, at, at);
      progress.block(Progress.Block.JUDGE);
      relay.inquire(new Inquiry(situation.mayHaveTemporary(), !progress.isUnsynced()));
    }
  }

  /** The server has answered all of it. */
  void answered(Inquiry inquiry) {
    if (inquiry.failure() != null) {
      failure = inquiry.failure();
    } else {
      situation.answered(inquiry.answer());
    }
    progress.unblock(Progress.Block.JUDGE);
  }

  private <T> Operation await(CompletableFuture<T> answer, Consumer<T> then) {
    if (tooOften()) {
      return null;
    }
    int asked = ++turn;
    progress.block(Progress.Block.JUDGE);
    CompletableFuture<T> unused =
        answer.whenComplete(
            (value, thrown) ->
                relay
                    .loop()
                    .execute(
                        () -> {
                          if (asked == turn && relay.open()) {
                            if (thrown == null) {
                              then.accept(value);
                            }
                            progress.unblock(Progress.Block.JUDGE);
                            relay.readDone();
                          }
                        }));
    return null;
  }

  /** What was looked at last, as it would be done by now. */
  Operation again(Operation operation) {
    verdict = verdicts.judge(verdict.facts(), made);
    return operation.with(verdict.facts(), verdict.reach(), operation.text());
  }

  /** Keeps what is known of the target recent while somebody waits for people. */
  void keepFresh() {
    if (!insight.isFresh()) {
      CompletableFuture<Void> unused = insight.fresh();
    }
  }

  private boolean tooOften() {
    if (++waits > MAX_WAITS) {
      failure =
          new Substitute(SqlState.REFUSED, "refused: what it would do cannot be found out in time");
      return true;
    }
    return false;
  }

  /** A read was taken: lets the message go that waited for what was on its way. */
  void settled() {
    if (settling && (progress.replies().isEmpty() || progress.copyIn() != null)) {
      settling = false;
      progress.unblock(Progress.Block.JUDGE);
    }
  }

  /**
   * The client asks for whatever runs to be cancelled, and nothing runs at the server.
   *
   * @return whether something waits here, which fails then
   */
  boolean cancel() {
    if (!progress.blocked(Progress.Block.JUDGE)) {
      return false;
    }
    turn++;
    settling = false;
    failure = new Substitute(SqlState.CANCELLED, "canceling statement due to user request");
    progress.unblock(Progress.Block.JUDGE);
    return true;
  }

  /** Why the message can be neither judged nor forwarded, or null. */
  Substitute failure() {
    return failure;
  }

  /** The message that failed is taken; the next one is another matter. */
  Substitute takeFailure() {
    Substitute taken = failure;
    begin();
    return taken;
  }

  /** The message that waited is skipped by the server. */
  void skipped() {
    begin();
  }

  /** What the message that was looked at last says itself, whatever runs by the names in it. */
  Facts written() {
    return written;
  }

  private void begin() {
    heard = null;
    heardBy = null;
    refreshed = false;
    failure = null;
    waits = 0;
  }

  /**
   * What was looked at last is forwarded as operation {@code number}, and may change what is to
   * come.
   *
   * @return what it does to names, or null
   */
  Consequences sent(Operation looked, long number) {
    Surroundings now = situation.surroundings();
    for (Changes changes : verdict.changes()) {
      situation.sent(changes);
    }
    return verdict.names() == null
        ? null
        : new Consequences(progress.subjects(), number, looked.text(), now, verdict.names());
  }

  /** What names mean now. */
  Surroundings surroundings() {
    return situation.surroundings();
  }
}
