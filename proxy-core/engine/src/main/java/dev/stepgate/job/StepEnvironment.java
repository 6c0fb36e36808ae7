package dev.stepgate.job;

import dev.stepgate.session.SessionId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a step needs to reach its session's endpoints: variables that the usual clients read, and
 * files that some of them want. The first connection of a kind is what a client finds without being
 * told; each also has variables of its own, {@code STEPGATE_ORDERS_DB_HOST} and so on.
 */
public final class StepEnvironment {

  private final SessionId session;
  private final List<Endpoint> endpoints;
  private final Map<String, String> files;

  private StepEnvironment(SessionId session, List<Endpoint> endpoints, Map<String, String> files) {
    this.session = session;
    this.endpoints = endpoints;
    this.files = files;
  }

  /**
   * The environment for a session with these endpoints.
   *
   * @throws IllegalArgumentException if two connections' variables would have the same name, or a
   *     value cannot stand in a file that clients read
   */
  public static StepEnvironment of(SessionId session, List<Endpoint> endpoints) {
    StepEnvironment environment =
        new StepEnvironment(
            session, List.copyOf(endpoints), PostgresVariables.files(List.copyOf(endpoints)));
    environment.variables(Path.of("/")); // finds a collision before the session is used
    return environment;
  }

  /** The same for a step that is to find its endpoints by their loopback ports alone. */
  public StepEnvironment onLoopback() {
    return of(session, endpoints.stream().map(Endpoint::withoutDirectory).toList());
  }

  /** The Unix sockets that it leads to. */
  public List<Path> sockets() {
    return endpoints.stream()
        .flatMap(
            endpoint ->
                endpoint.directory().stream()
                    .map(directory -> Path.of(directory, ".s.PGSQL." + endpoint.port())))
        .toList();
  }

  /** The variables of a step whose {@link #files} lie in {@code directory}, by name. */
  public Map<String, String> variables(Path directory) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("STEPGATE_SESSION", session.value());
    if (!endpoints.isEmpty()) {
      variables.putAll(PostgresVariables.standard(endpoints.get(0), directory));
    }
    if (files.containsKey(PostgresVariables.SERVICE_FILE)) {
      variables.put("PGSERVICEFILE", directory.resolve(PostgresVariables.SERVICE_FILE).toString());
    }
    for (Endpoint endpoint : endpoints) {
      PostgresVariables.named(endpoint, directory)
          .forEach(
              (name, value) -> {
                if (variables.putIfAbsent(name, value) != null) {
                  throw new IllegalArgumentException(
                      "connection "
                          + endpoint.connection()
                          + ": its variable "
                          + name
                          + " is already taken by another connection of the session");
                }
              });
    }
    return variables;
  }

  /**
   * The names of the variables that a connection has of its own. A session cannot have two
   * connections that share one: {@code orders} and {@code orders-jdbc} share {@code
   * STEPGATE_ORDERS_JDBC_URL}.
   */
  public static Set<String> variablesOf(String connection) {
    Endpoint any =
        new Endpoint(connection, "postgresql", "localhost", 1, "", "", "", Optional.of(""));
    return PostgresVariables.named(any, Path.of("/")).keySet();
  }

  /** The files, name to content. They hold the session's token: 0600, in a directory 0700. */
  public Map<String, String> files() {
    return files;
  }

  /** Whether a step keeps a variable of this name from whoever started it. */
  public static boolean keeps(String name) {
    return !name.startsWith("PG")
        && !name.startsWith("STEPGATE_")
        && !name.equals("DATABASE_URL")
        && !name.equals("JDBC_DATABASE_URL");
  }

  /**
   * A step's whole environment: what it inherits, less client settings that would lead around the
   * endpoint and less {@code withheld}, and what the session adds.
   *
   * @param withheld names of variables from which the gateway took a secret
   */
  public Map<String, String> over(
      Map<String, String> inherited, Set<String> withheld, Path directory) {
    Map<String, String> whole = new LinkedHashMap<>();
    inherited.forEach(
        (name, value) -> {
          if (keeps(name) && !withheld.contains(name)) {
            whole.put(name, value);
          }
        });
    whole.putAll(variables(directory));
    return whole;
  }

  /** Without values. */
  @Override
  public String toString() {
    return "environment of " + session + " for " + endpoints;
  }
}
