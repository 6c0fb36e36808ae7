package dev.stepgate.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A gateway's configuration: what {@code docs/guides/configuration.md} describes, checked.
 *
 * @param name the gateway's name, also the log's origin
 * @param state the directory of recordings and log, 0700
 * @param logKey the file of the log's signing key, outside of {@code state}
 * @param durability when a request counts as recorded
 * @param endpointTls whether session endpoints speak TLS
 * @param limits the bounds on everything
 * @param serve who may open sessions over the control socket, and where it is
 * @param connections the targets, by name, in the file's order
 * @param secretVariables names of environment variables that hold secrets, which no step inherits
 */
public record GatewayConfig(
    String name,
    Path state,
    Path logKey,
    Durability durability,
    boolean endpointTls,
    LimitsConfig limits,
    ServeConfig serve,
    Map<String, ConnectionConfig> connections,
    Set<String> secretVariables) {

  /** Copies the collections, keeping their order. */
  public GatewayConfig {
    connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    secretVariables = Set.copyOf(secretVariables);
  }

  /** When a request counts as recorded, so that it may be forwarded. */
  public enum Durability {
    /** Once it survives the death of the gateway's process. */
    PROCESS,
    /** Once the disk has it. */
    DISK
  }
}
