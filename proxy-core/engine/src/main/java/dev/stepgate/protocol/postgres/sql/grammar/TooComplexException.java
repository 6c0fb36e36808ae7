package dev.stepgate.protocol.postgres.sql.grammar;

/** A text took more depth, memory or time than its reading may. The message says of which. */
public final class TooComplexException extends Exception {
  private static final long serialVersionUID = 1L;

  public TooComplexException(String message) {
    super(message, null, false, false);
  }
}
