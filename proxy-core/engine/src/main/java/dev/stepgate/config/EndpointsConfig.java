package dev.stepgate.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a step's clients connect.
 *
 * @param sockets whether endpoints have Unix sockets beside their loopback ports
 * @param directory where the sockets lie; empty for a directory of the gateway's own that it makes
 */
public record EndpointsConfig(boolean sockets, Optional<Path> directory) {

  /** Sockets, in a directory that the gateway makes. */
  public static final EndpointsConfig DEFAULT = new EndpointsConfig(true, Optional.empty());
}
