package dev.stepgate.identity;

import java.io.IOException;

/** An issuer's document that cannot be had or cannot be used. The message is for a person. */
@SuppressWarnings("serial")
public final class DocumentException extends IOException {

  /** With a sentence. */
  public DocumentException(String message) {
    super(message);
  }
}
