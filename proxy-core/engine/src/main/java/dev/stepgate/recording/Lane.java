package dev.stepgate.recording;

import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.util.concurrent.Executor;

/**
 * One event loop's way into the journal. All methods are called on the thread of its executor, and
 * none blocks or makes a system call.
 */
public final class Lane {

  private final int index;
  private final Executor executor;

  Lane(int index, Executor executor) {
    this.index = index;
    this.executor = executor;
  }

  /**
   * Opens the recording of a client connection.
   *
   * @throws EvidenceException if it cannot be kept
   */
  public Recording open(Session session, Connection connection) {
    if (connection.session().equals(session.id())) {
      throw new EvidenceException("lane " + index + " of " + executor + " records nothing yet");
    }
    throw new IllegalArgumentException(connection + " is not of session " + session.id());
  }
}
