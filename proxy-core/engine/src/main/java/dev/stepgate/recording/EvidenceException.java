package dev.stepgate.recording;

/**
 * Evidence cannot be written: the disk is full or read-only, or the recorder is closed or broken.
 * Whoever meets it forwards nothing more and ends the client's session with {@link #getMessage()}.
 */
public final class EvidenceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the reason as a sentence for a person. */
  public EvidenceException(String message) {
    super(message);
  }

  /** With the reason as a sentence for a person, and what failed underneath. */
  public EvidenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
