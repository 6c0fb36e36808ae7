package dev.stepgate.admission;

import dev.stepgate.policy.Policy;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;

/**
 * The only caller of policy and evidence on the data path, and the only maker of permits.
 * Thread-safe.
 */
public final class Gate {

  private final Policy policy;

  /** A gate that decides by {@code policy}. */
  public Gate(Policy policy) {
    this.policy = policy;
  }

  /**
   * Lets a client connection in: all its operations go through the entry. Call on the recording's
   * thread.
   */
  public Entry enter(Session session, Connection connection, Recording recording) {
    return new Entry(session, connection, policy, recording);
  }
}
