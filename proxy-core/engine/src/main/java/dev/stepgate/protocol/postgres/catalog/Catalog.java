package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What one database's catalog makes of statements: exact, or it says what is unknown. Thread-safe.
 */
public final class Catalog implements AutoCloseable {

  /**
   * A catalog of which nothing is known until {@link #refreshed} has been asked for.
   *
   * @param source where it is read
   * @param statements reads the bodies of functions and the queries of views
   * @param work where a snapshot is put together: milliseconds of computing, never on a loop
   * @param clock tells a snapshot's age
   */
  public Catalog(CatalogSource source, Statements statements, Executor work, InstantSource clock) {
    Objects.requireNonNull(source);
    Objects.requireNonNull(statements);
    Objects.requireNonNull(work);
    Objects.requireNonNull(clock);
  }

  /**
   * What {@code facts} come to. Never waits, never fails; a few microseconds, and far less for what
   * has been asked before.
   */
  public Reach reach(Facts facts, Surroundings now) {
    return new Reach(
        facts.statements().stream()
            .map(
                statement ->
                    new Reach.Statement(
                        List.of(),
                        List.of(),
                        Set.of(),
                        List.of(
                            new Reach.Unknown(
                                Reach.Unknown.Reason.NO_CATALOG, "it has not been read yet"))))
            .toList());
  }

  /**
   * Whether what is known is recent enough for {@link #reach} to use it. Asking keeps it so: the
   * server is asked again in the background before it grows too old.
   */
  public boolean isFresh() {
    return false;
  }

  /**
   * Completes when {@link #isFresh} is true, or could not be made so: then reach says so. Never
   * fails, and takes a bounded time; at once while it is fresh.
   */
  public CompletableFuture<Void> fresh() {
    return refreshed();
  }

  /**
   * Completes when a snapshot that was begun after this call is in place, or could not be had: then
   * reach says so. Never fails, and takes a bounded time.
   */
  public CompletableFuture<Void> refreshed() {
    return CompletableFuture.completedFuture(null);
  }

  /** The schema and name of the function of that number, for a call by number. */
  public Optional<List<String>> function(long oid) {
    return Optional.empty();
  }

  /** Reads no more; reach says that there is no catalog. */
  @Override
  public void close() {}
}
