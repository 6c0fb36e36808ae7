package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Catalog;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What one gateway's parsers and one target's catalog say. Thread-safe. */
final class TargetInsight implements Insight {

  private final Statements statements;
  private final Catalog catalog;

  TargetInsight(Statements statements, Catalog catalog) {
    this.statements = statements;
    this.catalog = catalog;
  }

  @Override
  public Facts known(Shape shape, int length, Lexing lexing) {
    return statements.known(shape, length, lexing);
  }

  @Override
  public CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing) {
    return statements.read(shape, length, lexing);
  }

  @Override
  public Reach reach(Facts facts, Surroundings now) {
    return catalog.reach(facts, now);
  }

  @Override
  public boolean isFresh() {
    return catalog.isFresh();
  }

  @Override
  public CompletableFuture<Void> fresh() {
    return catalog.fresh();
  }

  @Override
  public CompletableFuture<Void> refreshed() {
    return catalog.refreshed();
  }

  @Override
  public Optional<List<String>> function(long oid) {
    return catalog.function(oid);
  }
}
