package dev.stepgate.audit;

/**
 * The log cannot be opened, read or written: another writer has it, its files disagree, the disk is
 * full. The message is a sentence for the operator, with file and values.
 */
public final class LogException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the reason as a sentence. */
  public LogException(String message) {
    super(message);
  }

  /** With the reason as a sentence, and what failed underneath. */
  public LogException(String message, Throwable cause) {
    super(message, cause);
  }
}
