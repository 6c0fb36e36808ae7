package dev.stepgate.audit.tree;

/**
 * Something read is not of the form that its specification gives. The message says what and where.
 */
public final class MalformedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With a sentence that gives the value met and what was expected. */
  public MalformedException(String message) {
    super(message);
  }
}
