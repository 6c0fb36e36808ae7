package dev.stepgate.approval;

/**
 * Somebody who waits for the answer to a request. Told on the thread that it asked from; nothing
 * more is told once it was told of an end, or has given up.
 */
public interface Wait {

  /** The request is durable: people can see it. Told once, first. */
  void asked(Request request);

  /** One more person agreed, and that is not enough yet. */
  void agreed(Request request);

  /** Enough people agreed: it can be used. Told at most once. */
  void approved(Request request);

  /** It will not come to that: rejected, expired or cancelled. */
  void ended(Request request);

  /** It cannot be asked, or what became of it not be kept; why, as a sentence. */
  void failed(String sentence);
}
