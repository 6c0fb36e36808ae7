package dev.stepgate.protocol.postgres.sql.grammar;

/** The parser could not go on: its instance is not to be used again. Says nothing of the text. */
final class ParserFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ParserFailure(String message) {
    super(message, null, false, false);
  }
}
