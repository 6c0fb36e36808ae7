package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.control.ControlDoor;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which gateway a person talks to, and what proves the person there. */
final class PersonAccess {

  @Mixin private ConfigOption config;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The gateway's control socket; else $STEPGATE_SOCKET.")
  private Path socket;

  @Mixin private TokenOptions tokens;

  /**
   * A connection.
   *
   * @param token what proves the person; without it, the process's user does
   */
  record Opened(ControlDoor door, Optional<String> token) implements AutoCloseable {
    @Override
    public void close() {
      door.close();
    }
  }

  /** Connects. */
  Opened open() throws Failure, ConfigException {
    Path path = PersonOptions.socket(socket, config);
    ControlDoor door = PersonOptions.connect(path);
    try {
      return new Opened(door, PersonOptions.token(tokens, path, door, System.getenv()));
    } catch (Failure e) {
      door.close();
      throw e;
    }
  }
}
