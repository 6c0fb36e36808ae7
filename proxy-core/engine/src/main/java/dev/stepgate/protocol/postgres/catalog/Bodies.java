package dev.stepgate.protocol.postgres.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.operation.Facts;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Lets the grammar read the bodies of a snapshot's functions, one after the other, so that clients'
 * statements need not wait behind them. What was read for the snapshot before is not read again.
 */
final class Bodies {

  /** Bodies that are read at most; what is left over counts as not understood. */
  static final int MOST_BODIES = 20_000;

  private final Statements statements;
  private final Executor work;
  private Map<String, Facts> known = new HashMap<>();

  Bodies(Statements statements, Executor work) {
    this.statements = statements;
    this.work = work;
  }

  /** Completes when all are read; one snapshot at a time. */
  CompletableFuture<Snapshot> read(Snapshot snapshot) {
    Map<String, Facts> before = known;
    known = new HashMap<>();
    Deque<Routine> unread = new ArrayDeque<>();
    for (Routine routine : snapshot.routines.values()) {
      if (routine.definition != null && !routine.bodyKnown) {
        Facts facts = before.get(routine.definition);
        if (facts != null) {
          set(routine, facts);
        } else if (unread.size() < MOST_BODIES) {
          unread.add(routine);
        }
      }
    }
    CompletableFuture<Snapshot> all = new CompletableFuture<>();
    next(unread, snapshot, all);
    return all;
  }

  private void set(Routine routine, Facts facts) {
    routine.facts = List.of(facts);
    known.put(routine.definition, facts);
  }

  private void next(Deque<Routine> unread, Snapshot snapshot, CompletableFuture<Snapshot> all) {
    Routine routine = unread.poll();
    if (routine == null) {
      all.complete(snapshot);
      return;
    }
    byte[] text = routine.definition.getBytes(UTF_8);
    Shape shape = new Shape();
    if (text.length > Shape.MAX_TEXT) {
      next(unread, snapshot, all);
      return;
    }
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts facts = statements.known(shape, text.length, Lexing.USUAL);
    CompletableFuture<Facts> reading =
        facts != null
            ? CompletableFuture.completedFuture(facts)
            : statements.read(shape, text.length, Lexing.USUAL);
    reading
        .whenCompleteAsync(
            (read, failed) -> {
              if (read != null) {
                set(routine, read);
              }
              next(unread, snapshot, all);
            },
            work)
        .exceptionally(
            thrown -> {
              all.completeExceptionally(thrown);
              return null;
            });
  }
}
