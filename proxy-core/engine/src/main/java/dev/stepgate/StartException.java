package dev.stepgate;

/** The gateway cannot start; the message says why, for a person. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
