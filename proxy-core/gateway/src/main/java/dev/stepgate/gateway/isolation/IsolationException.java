package dev.stepgate.gateway.isolation;

/** The step cannot be kept from the gateway as asked; the message is a sentence for a person. */
public final class IsolationException extends Exception {

  private static final long serialVersionUID = 1;

  /** With the reason. */
  public IsolationException(String message) {
    super(message);
  }
}
