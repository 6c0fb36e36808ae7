package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a session asks about statements of one target: what their text says and what the target's
 * catalog makes of it. Nothing here waits; what takes time completes later, on any thread, and
 * never fails.
 */
interface Insight {

  /** As {@link dev.stepgate.protocol.postgres.sql.Statements#known}. */
  Facts known(Shape shape, int length, Lexing lexing);

  /** As {@link dev.stepgate.protocol.postgres.sql.Statements#read}. */
  CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing);

  /** As {@link dev.stepgate.protocol.postgres.catalog.Catalog#reach}. */
  Reach reach(Facts facts, Surroundings now);

  /** As {@link dev.stepgate.protocol.postgres.catalog.Catalog#isFresh}. */
  boolean isFresh();

  /** As {@link dev.stepgate.protocol.postgres.catalog.Catalog#fresh}. */
  CompletableFuture<Void> fresh();

  /** As {@link dev.stepgate.protocol.postgres.catalog.Catalog#refreshed}. */
  CompletableFuture<Void> refreshed();

  /** As {@link dev.stepgate.protocol.postgres.catalog.Catalog#function}. */
  Optional<List<String>> function(long oid);
}
