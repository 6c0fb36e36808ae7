package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What one gateway's parsers and one target's catalog say. Thread-safe. */
final class TargetInsight implements Insight {

  private final Statements statements;

  TargetInsight(Statements statements) {
    this.statements = statements;
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
                                Reach.Unknown.Reason.NO_CATALOG, "it has not been read"))))
            .toList());
  }

  @Override
  public boolean isFresh() {
    return true;
  }

  @Override
  public CompletableFuture<Void> fresh() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> refreshed() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Optional<List<String>> function(long oid) {
    return Optional.empty();
  }
}
