package dev.stepgate.protocol.postgres.sql.grammar;

/** PostgreSQL's grammar does not know this text as a statement. */
public final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int position;

  /**
   * @param message PostgreSQL's own words
   * @param position the offset in bytes at which it stopped, or -1
   */
  SyntaxException(String message, int position) {
    super(message, null, false, false);
    this.position = position;
  }

  /** The offset in bytes at which the parser stopped, or -1 if it did not say. */
  public int position() {
    return position;
  }
}
