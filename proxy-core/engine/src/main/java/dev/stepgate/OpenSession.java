package dev.stepgate;

import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.session.Session;
import java.util.List;

/**
 * One step's session, from {@link Stepgate#open} until its seal. Thread-safe. Its opening is in the
 * log before anybody holds one of these.
 */
public interface OpenSession {

  /** What was opened, for whom. */
  Session session();

  /** Where the step's clients connect, in the order of the connections that were asked for. */
  List<Endpoint> endpoints();

  /** The variables and files that the step's clients read. */
  StepEnvironment environment();

  /** How many operations the step's clients asked for so far, the refused ones included. */
  long operations();

  /**
   * Ends the session in order: no client is accepted or served any more, the recordings are
   * completed, and the log holds their heads. Blocks until the disk has the seal. Whoever calls
   * again gets the same seal.
   *
   * @throws EvidenceException if the seal cannot be written; the session's clients are gone all the
   *     same, and the next start of the gateway seals it as interrupted
   */
  Seal seal();

  /**
   * The same for a session that did not end in order.
   *
   * @param reason a sentence for the log
   */
  Seal interrupt(String reason);
}
