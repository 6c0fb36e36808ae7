package dev.stepgate.gateway.cli;

import dev.stepgate.config.FileRules;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The directory of the control socket: others pass through it, only the gateway writes it. */
final class SocketPlace {

  private SocketPlace() {}

  /** The socket that was named, on the command line or in the environment. */
  static Optional<Path> named(Path option) {
    String path = System.getenv("STEPGATE_SOCKET");
    return Optional.ofNullable(option)
        .or(() -> Optional.ofNullable(path).filter(text -> !text.isEmpty()).map(Path::of));
  }

  /**
   * Makes the directory if it is not there, and refuses one in which another user could put a
   * socket of its own.
   */
  static void prepare(Path socket, int uid) throws Failure, IOException {
    Path directory = socket.toAbsolutePath().getParent();
    if (!Files.exists(directory)) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Optional<String> wrong =
        new FileRules(uid).placeForNew(directory); // a socket may be there still
    if (wrong.isPresent()) {
      throw new Failure(ExitCode.CONFIG, "serve.socket: " + socket + " " + wrong.get());
    }
  }
}
