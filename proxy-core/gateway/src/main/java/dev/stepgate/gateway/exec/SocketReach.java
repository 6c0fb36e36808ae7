package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Whether a step gets to an endpoint's Unix socket, or had better be sent to the loopback port. */
final class SocketReach {

  private SocketReach() {}

  /**
   * Whether the socket is there and the step's user may pass through all directories on the way. A
   * gateway in another file system's view (a container) can name what nobody here sees.
   *
   * @param user the step's, if it is not this process's own
   */
  static boolean reaches(Path socket, Optional<OsUser> user) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (user.isEmpty()) {
      return true;
    }
    try {
      for (Path way = socket.toRealPath().getParent(); way != null; way = way.getParent()) {
        boolean open =
            Files.getPosixFilePermissions(way).contains(PosixFilePermission.OTHERS_EXECUTE);
        if (!open && !Files.getAttribute(way, "unix:uid").equals(user.get().uid())) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
