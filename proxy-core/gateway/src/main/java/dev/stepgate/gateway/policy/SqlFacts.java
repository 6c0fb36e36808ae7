package dev.stepgate.gateway.policy;

import dev.stepgate.operation.Facts;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.nio.charset.StandardCharsets;

/** What statements say that they do, by PostgreSQL's own grammar in this process. */
public final class SqlFacts implements AutoCloseable {

  private final Statements statements = new Statements(1);
  private final Shape shape = new Shape();

  /** The facts of a text of one or several statements. */
  public Facts of(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = statements.known(shape, text.length, Lexing.USUAL);
    return known != null ? known : statements.read(shape, text.length, Lexing.USUAL).join();
  }

  @Override
  public void close() {
    statements.close();
  }
}
