package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Knows every statement, at once, as one that does nothing to anything with a name. */
class PlainInsight implements Insight {

  @Override
  public Facts known(Shape shape, int length, Lexing lexing) {
    return facts(
        new String(shape.room(length), 0, length, java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Facts of a statement, or null if they have to be asked for. */
  Facts facts(String sql) {
    return statement("select", Effect.SELECT, "", List.of());
  }

  /** Facts of a statement that does one thing. */
  static Facts statement(String kind, Effect effect, String what, List<String> name) {
    Facts.Use use = new Facts.Use(effect, what, name, Facts.Where.NOT_APPLICABLE, false);
    return new Facts(
        List.of(
            new Facts.Statement(kind, List.of(use), List.of(), List.of(), List.of(), List.of())));
  }

  @Override
  public CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing) {
    throw new AssertionError("nobody asked to wait");
  }

  @Override
  public Reach reach(Facts facts, Surroundings now) {
    return new Reach(
        facts.statements().stream()
            .map(statement -> new Reach.Statement(List.of(), List.of(), Set.of(), List.of()))
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
    return Optional.of(List.of("s", "f"));
  }
}
