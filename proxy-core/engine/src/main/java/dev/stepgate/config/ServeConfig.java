package dev.stepgate.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The long-lived gateway's control socket.
 *
 * @param socket where it is
 * @param users names of operating-system users that may open sessions
 * @param groups names of operating-system groups whose members may
 */
public record ServeConfig(Path socket, List<String> users, List<String> groups) {

  /** Where the socket is unless the configuration says otherwise. */
  public static final Path DEFAULT_SOCKET = Path.of("/run/stepgate/control.sock");

  /** Copies the collections. */
  public ServeConfig {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }
}
