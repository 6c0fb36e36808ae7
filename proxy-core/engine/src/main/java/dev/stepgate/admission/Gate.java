package dev.stepgate.admission;

import dev.stepgate.policy.Policy;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.time.InstantSource;

/**
 * The only caller of policy and evidence on the data path, and the only maker of permits.
 * Thread-safe.
 */
public final class Gate {

  private final Policy policy;
  private final InstantSource clock;

  /** A gate that decides by {@code policy}. */
  public Gate(Policy policy, InstantSource clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Lets a client connection in: all its operations go through the entry. Call on the recording's
   * thread.
   */
  public Entry enter(Session session, Connection connection, Recording recording) {
    return new Entry(session, connection, policy, clock, recording);
  }
}
