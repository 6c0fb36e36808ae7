package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Permit;
import dev.stepgate.operation.Outcome;

/** What is known of the operation that the server answers at the moment. */
final class Running {

  private String failed;
  private long rows;
  private Permit copyOut;
  private long copied;

  /** One more row was sent within it. */
  void row() {
    rows++;
  }

  /** How many rows were sent within it; the next one begins with none. */
  long takeRows() {
    long sent = rows;
    rows = 0;
    return sent;
  }

  /** It has failed, but more is to come: a Query or FunctionCall before its ReadyForQuery. */
  void failed(String sqlState) {
    failed = sqlState;
  }

  /** How it ended; the next one has not failed. */
  Outcome takeOutcome() {
    Outcome outcome = failed == null ? Outcome.DONE : Outcome.failed(failed);
    failed = null;
    return outcome;
  }

  /** The COPY TO STDOUT that is going on, or null. */
  Permit copyOut() {
    return copyOut;
  }

  void beginCopyOut(Permit permit) {
    copyOut = permit;
    copied = 0;
  }

  /** One more piece was sent within it. */
  void piece() {
    copied++;
  }

  /** It was sent whole; answers of how many pieces. */
  long endCopyOut() {
    copyOut = null;
    return copied;
  }

  /** It was not sent whole, if there is one. */
  void breakCopyOut(Outcome outcome) {
    if (copyOut != null) {
      copyOut.complete(outcome, copied, Answers.NOTHING);
      copyOut = null;
    }
  }
}
