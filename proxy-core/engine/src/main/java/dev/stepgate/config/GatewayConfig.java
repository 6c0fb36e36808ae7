package dev.stepgate.config;

import dev.stepgate.policy.Ruleset;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.recording.RecordingSettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A gateway's configuration: what {@code docs/guides/configuration.md} describes, checked.
 *
 * @param name the gateway's name, also in the log's origin
 * @param recording the state directory (0700), durability and capture
 * @param logKey the file of the log's signing key, outside of the state directory
 * @param sessions sessions open at once
 * @param serve who may open sessions over the control socket, and where it is
 * @param endpoints where a step's clients connect
 * @param connections the targets, by name, in the file's order
 * @param rules what may be done at those connections that have rules, by the connection's name
 * @param access who jobs are, and which connections are open to them
 * @param people who is a person, and what people may do
 * @param secretVariables names of environment variables that hold secrets, which no step inherits
 * @param warnings what can be used and had better not be so
 */
public record GatewayConfig(
    String name,
    RecordingSettings recording,
    Path logKey,
    int sessions,
    ServeConfig serve,
    EndpointsConfig endpoints,
    Map<String, PostgresTarget> connections,
    Map<String, Ruleset> rules,
    AccessConfig access,
    PeopleConfig people,
    Set<String> secretVariables,
    List<ConfigProblem> warnings) {

  /** Copies the collections, keeping their order. */
  public GatewayConfig {
    connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    secretVariables = Set.copyOf(secretVariables);
    warnings = List.copyOf(warnings);
  }

  /** The same with the endpoints' sockets elsewhere. */
  public GatewayConfig with(EndpointsConfig other) {
    return new GatewayConfig(
        name,
        recording,
        logKey,
        sessions,
        serve,
        other,
        connections,
        rules,
        access,
        people,
        secretVariables,
        warnings);
  }

  /** The directory of recordings and log. */
  public Path state() {
    return recording.directory();
  }
}
