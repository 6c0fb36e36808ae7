package dev.stepgate.credential;

/** A secret cannot be had. The message says which source and why, and never the secret. */
public final class CredentialException extends Exception {

  private static final long serialVersionUID = 1;

  /** With the reason as a sentence. */
  public CredentialException(String message) {
    super(message);
  }
}
