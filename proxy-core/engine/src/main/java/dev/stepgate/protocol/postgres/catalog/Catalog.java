package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown.Reason;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * What one database's catalog makes of statements: exact, or it says what is unknown. Thread-safe.
 *
 * <pre>
 *   nothing --asked--> reading --snapshot--> fresh --2 s--> asked again in the background
 *                                              ^                 | digest the same | else read anew
 *                                              +-----------------+
 *   10 s without an answer from the server --> reach says that there is no catalog
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever waits for a reading has one of its own
public final class Catalog implements AutoCloseable {

  /** After this the server is asked whether anything has changed, in milliseconds. */
  static final long ASKED_AGAIN_MILLIS = 2_000;

  /** What is older is not used, in milliseconds: others' changes show within this. */
  static final long MOST_AGE_MILLIS = 10_000;

  /** After a failure the server is left alone for this long, in milliseconds. */
  static final long AFTER_FAILURE_MILLIS = 1_000;

  /**
   * What is known.
   *
   * @param began when the reading began that showed it, in milliseconds since 1970
   * @param why there is none, for a person
   */
  private record State(
      Snapshot snapshot, ReachCache cache, String digest, long began, String why) {}

  private final CatalogSource source;
  private final Bodies bodies;
  private final Executor work;
  private final InstantSource clock;
  private volatile State state = new State(null, null, "", 0, "it has not been read yet");
  private volatile long failed;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> waiting;
  private boolean closed;

  /**
   * A catalog of which nothing is known until it is asked for.
   *
   * @param source where it is read
   * @param statements reads the bodies of functions
   * @param work where a snapshot is put together: milliseconds of computing, never on a loop
   * @param clock tells a snapshot's age
   */
  public Catalog(CatalogSource source, Statements statements, Executor work, InstantSource clock) {
    this.source = source;
    this.bodies = new Bodies(statements, work);
    this.work = work;
    this.clock = clock;
  }

  /**
   * What {@code facts} come to. Never waits, never fails; far below a microsecond for what has been
   * asked before.
   */
  public Reach reach(Facts facts, Surroundings now) {
    State known = state;
    if (!isFresh(known)) {
      return Reaching.unknown(facts, Reason.NO_CATALOG, known.why);
    }
    Reach reach = known.cache.get(facts, now);
    if (reach == null) {
      reach = Reaching.of(known.snapshot, facts, now);
      known.cache.put(facts, now, reach);
    }
    return reach;
  }

  /**
   * Whether what is known is recent enough for {@link #reach} to use it. Asking keeps it so: the
   * server is asked again in the background before it grows too old.
   */
  public boolean isFresh() {
    return isFresh(state);
  }

  private boolean isFresh(State known) {
    long now = clock.millis();
    long age = now - known.began;
    if (age > ASKED_AGAIN_MILLIS && now - failed > AFTER_FAILURE_MILLIS) {
      ask();
    }
    return known.snapshot != null && age <= MOST_AGE_MILLIS && age >= -MOST_AGE_MILLIS;
  }

  /**
   * Completes when {@link #isFresh} is true, or could not be made so: then reach says so. Never
   * fails, and takes a bounded time; at once while it is fresh.
   */
  public CompletableFuture<Void> fresh() {
    return isFresh(state) ? CompletableFuture.completedFuture(null) : ask();
  }

  /**
   * Completes when a snapshot that was begun after this call is in place, or could not be had: then
   * reach says so. Never fails, and takes a bounded time.
   */
  public synchronized CompletableFuture<Void> refreshed() {
    if (running == null) {
      return begin(true);
    }
    // What is being read may have begun before what the caller wants to see.
    if (waiting == null) {
      waiting = new CompletableFuture<>();
    }
    return waiting.copy();
  }

  /** The schema and name of the function of that number, for a call by number. */
  public Optional<List<String>> function(long oid) {
    State known = state;
    Routine routine = isFresh(known) ? known.snapshot.routines.get(oid) : null;
    return Optional.ofNullable(routine).map(Routine::qualified);
  }

  /** Reads no more; reach says that there is no catalog. */
  @Override
  public synchronized void close() {
    closed = true;
    state = new State(null, null, "", 0, "the gateway is closing");
  }

  private synchronized CompletableFuture<Void> ask() {
    return running == null ? begin(false) : running.copy();
  }

  /** Asks the server; {@code whole} whatever its digest says. Under the lock. */
  private CompletableFuture<Void> begin(boolean whole) {
    if (closed) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    running = done;
    long began = clock.millis();
    State before = state;
    CompletableFuture<State> next =
        whole || before.snapshot == null ? read(began) : compare(before, began);
    next.whenComplete((after, failure) -> ended(after, failure, done));
    return done.copy();
  }

  private CompletableFuture<State> compare(State before, long began) {
    return source
        .read(List.of(CatalogQueries.DIGEST))
        .thenCompose(
            answers ->
                digest(answers.get(0)).equals(before.digest)
                    ? CompletableFuture.completedFuture(
                        new State(before.snapshot, before.cache, before.digest, began, ""))
                    : read(clock.millis()));
  }

  private CompletableFuture<State> read(long began) {
    List<String> queries = new ArrayList<>(CatalogQueries.all());
    queries.add(CatalogQueries.DIGEST);
    return source
        .read(queries)
        .thenComposeAsync(
            answers -> {
              int last = answers.size() - 1;
              String digest = digest(answers.get(last));
              return bodies
                  .read(Assembly.of(answers.subList(0, last)))
                  .thenApply(snapshot -> new State(snapshot, new ReachCache(), digest, began, ""));
            },
            work)
        // What was read before is known to be another by now, or must be taken to be.
        .exceptionally(failure -> new State(null, null, "", 0, why(failure)));
  }

  private static String digest(List<String[]> rows) {
    if (rows.size() != 1 || rows.get(0).length != 1 || rows.get(0)[0] == null) {
      throw new IllegalArgumentException("the server gave no digest of its catalog");
    }
    return rows.get(0)[0];
  }

  private void ended(State after, Throwable failure, CompletableFuture<Void> done) {
    CompletableFuture<Void> next = null;
    synchronized (this) {
      running = null;
      if (closed) {
        next = waiting;
      } else if (failure == null) {
        state = after;
        failed = after.snapshot == null ? clock.millis() : failed;
      } else {
        failed = clock.millis();
        State before = state;
        state = new State(before.snapshot, before.cache, before.digest, before.began, why(failure));
      }
      if (!closed && waiting != null) {
        CompletableFuture<Void> asked = waiting;
        begin(true).thenRun(() -> asked.complete(null));
      }
      waiting = null;
    }
    done.complete(null);
    if (next != null) {
      next.complete(null);
    }
  }

  private static String why(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return "the server's catalog could not be read: " + cause.getMessage();
  }
}
