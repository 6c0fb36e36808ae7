package dev.stepgate.admission;

import dev.stepgate.approval.Desk;
import dev.stepgate.policy.Policy;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.time.InstantSource;
import java.util.Optional;

/** In place of the engine's: the same, but what it lets in is recorded too late. */
public final class Gate {

  private final Policy policy;
  private final InstantSource clock;
  private final Optional<Desk> desk;

  public Gate(Policy policy, InstantSource clock, Optional<Desk> desk) {
    this.policy = policy;
    this.clock = clock;
    this.desk = desk;
  }

  public Entry enter(Session session, Connection connection, Recording recording) {
    return new Entry(session, connection, policy, clock, new LateRecording(recording), desk);
  }
}
