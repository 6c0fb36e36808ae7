package dev.stepgate.job;

import java.util.Optional;

/**
 * A session's endpoint for one connection: where the step's clients connect, and with what. All of
 * it is the step's own; nothing in it is a credential of the target.
 *
 * @param connection the configured connection's name, {@code orders-db}
 * @param protocol {@code postgresql}
 * @param host a loopback address, {@code 127.0.0.1}
 * @param port where it listens
 * @param user the name that clients give
 * @param token the session's random token, which clients give as password; good for this session
 *     only
 * @param database the database that clients ask for
 * @param directory the directory of its Unix socket {@code .s.PGSQL.<port>}, where it has one
 * @param ca the PEM of the authority that signed the endpoint's certificate, where it speaks TLS
 */
public record Endpoint(
    String connection,
    String protocol,
    String host,
    int port,
    String user,
    String token,
    String database,
    Optional<String> directory,
    Optional<String> ca) {

  /** One that listens on a loopback port alone. */
  public Endpoint(
      String connection,
      String protocol,
      String host,
      int port,
      String user,
      String token,
      String database,
      Optional<String> ca) {
    this(connection, protocol, host, port, user, token, database, Optional.empty(), ca);
  }

  /** The same, found by its loopback port alone. */
  public Endpoint withoutDirectory() {
    return new Endpoint(connection, protocol, host, port, user, token, database, ca);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return connection + " at " + host + ":" + port;
  }
}
