package dev.stepgate.audit.tree;

/**
 * Something read is not of the form that its specification gives. The message says what and where.
 */
public final class MalformedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * With a sentence that gives the value met and what was expected. It carries no stack trace: what
   * is wrong is in the input, and hostile input must not cost more than that sentence.
   */
  public MalformedException(String message) {
    super(message, null, false, false);
  }
}
