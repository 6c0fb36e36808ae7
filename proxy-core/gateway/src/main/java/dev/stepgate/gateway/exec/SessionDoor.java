package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.Failure;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a step's session comes from: a gateway in this process, or one behind a control socket. */
public interface SessionDoor extends AutoCloseable {

  /**
   * Opens a session.
   *
   * @param token the job's token; without one, the operating-system user is all that is known
   * @param claimed what the job says about itself
   * @param connections the names of the connections that it is to have, in the order asked
   * @throws Failure if the gateway does not open it, with its reason
   */
  Opened open(Optional<String> token, Map<String, String> claimed, List<String> connections)
      throws Failure;

  /** Names of variables that hold the gateway's secrets. */
  Set<String> secretVariables();

  /** Ends the gateway, if it is this process's own. */
  @Override
  void close() throws Failure;

  /** A session that is open. */
  interface Opened {

    /** Its name. */
    SessionId id();

    /** Who it is for, in the gateway's words: {@code acme/orders@4f1c by alice (verified)}. */
    String who();

    /**
     * How the rules of each connection count, in the order asked: {@code enforce}, {@code observe},
     * {@code none}.
     */
    List<String> modes();

    /** What keeps the step from the gateway, as the opening leaf records it. */
    Isolation isolation();

    /** What the step needs to reach it. */
    StepEnvironment environment();

    /**
     * Ends it; its clients lose their connections.
     *
     * @throws Failure if the seal cannot be kept
     */
    Seal seal() throws Failure;
  }
}
