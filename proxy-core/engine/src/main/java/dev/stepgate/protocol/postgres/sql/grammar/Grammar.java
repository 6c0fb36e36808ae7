package dev.stepgate.protocol.postgres.sql.grammar;

/** What PostgreSQL's own parser says of a text. Texts are UTF-8 and hold no zero byte. */
public interface Grammar {

  /** The raw parse tree of all statements in {@code sql}, as JSON. */
  byte[] parse(byte[] sql) throws SyntaxException;

  /** The PL/pgSQL bodies in {@code sql}, which creates functions or is a DO, as JSON. */
  byte[] plpgsql(byte[] sql) throws SyntaxException;

  /** The tokens of {@code sql}, as JSON. */
  byte[] scan(byte[] sql) throws SyntaxException;
}
