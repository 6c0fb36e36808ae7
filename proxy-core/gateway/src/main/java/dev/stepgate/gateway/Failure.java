package dev.stepgate.gateway;

/** A command cannot do what it was asked; the message goes to the person, the code to the shell. */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1;

  private final int code;

  /** With an exit code of {@link ExitCode} and a sentence. */
  public Failure(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The exit code. */
  public int code() {
    return code;
  }
}
