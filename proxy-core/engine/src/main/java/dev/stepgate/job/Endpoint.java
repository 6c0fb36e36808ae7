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
    Optional<String> ca) {

  /** Without the token. */
  @Override
  public String toString() {
    return connection + " at " + host + ":" + port;
  }
}
