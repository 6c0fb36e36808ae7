package dev.stepgate.session;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One pipeline step's session: opened for that step alone, sealed when it ends.
 *
 * @param id its name
 * @param gateway the name of the gateway that opened it ({@code name:} in the configuration)
 * @param opened when, by the gateway's clock
 * @param openedBy the operating-system user that asked, as {@code name(uid)}; proved by the
 *     kernel's peer credentials or by being this process's own user
 * @param isolation what keeps the step from the gateway
 * @param bearer who it is for, as somebody else than the job vouches
 * @param claimed what the job says about itself (environment variables); never used as identity
 * @param connections the names of the connections that it may use, in the order asked
 */
public record Session(
    SessionId id,
    String gateway,
    Instant opened,
    String openedBy,
    Isolation isolation,
    Bearer bearer,
    Map<String, String> claimed,
    List<String> connections) {

  /** Copies the collections. */
  public Session {
    claimed = Map.copyOf(claimed);
    connections = List.copyOf(connections);
  }
}
