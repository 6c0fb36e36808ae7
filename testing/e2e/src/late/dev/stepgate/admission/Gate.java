package dev.stepgate.admission;

import dev.stepgate.policy.Policy;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;

/** In place of the engine's: the same, but what it lets in is recorded too late. */
public final class Gate {

  private final Policy policy;

  public Gate(Policy policy) {
    this.policy = policy;
  }

  public Entry enter(Session session, Connection connection, Recording recording) {
    return new Entry(session, connection, policy, new LateRecording(recording));
  }
}
