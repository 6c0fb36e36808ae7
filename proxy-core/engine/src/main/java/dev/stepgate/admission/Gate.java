package dev.stepgate.admission;

import dev.stepgate.approval.Desk;
import dev.stepgate.policy.Policy;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The only caller of policy, approval and evidence on the data path, and the only maker of permits.
 * Thread-safe.
 */
public final class Gate {

  private final Policy policy;
  private final InstantSource clock;
  private final Optional<Desk> desk;

  /** A gate that decides by {@code policy}, and has nobody to ask. */
  public Gate(Policy policy, InstantSource clock) {
    this(policy, clock, Optional.empty());
  }

  /** A gate that decides by {@code policy}, and asks people at {@code desk}. */
  public Gate(Policy policy, InstantSource clock, Optional<Desk> desk) {
    this.policy = policy;
    this.clock = clock;
    this.desk = desk;
  }

  /**
   * Lets a client connection in: all its operations go through the entry. Call on the recording's
   * thread.
   */
  public Entry enter(Session session, Connection connection, Recording recording) {
    return new Entry(session, connection, policy, clock, recording, desk);
  }
}
