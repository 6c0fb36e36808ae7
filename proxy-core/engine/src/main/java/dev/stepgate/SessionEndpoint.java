package dev.stepgate;

import dev.stepgate.job.Endpoint;
import java.util.concurrent.CompletionStage;

/** What the composition root needs of a session's endpoint, whatever protocol it speaks. */
interface SessionEndpoint {

  /** Where and with what the step's clients connect. */
  Endpoint endpoint();

  /** How many operations its clients asked for so far, the refused ones included. */
  long operations();

  /** How many of them were refused so far. */
  long refused();

  /**
   * Accepts nobody any more and ends the clients there are; completes once all their recordings
   * were ended.
   */
  CompletionStage<Void> close(String reason);

  /** Removes what it had on disk, once it is closed; the last one of a session all of it. */
  void remove();
}
