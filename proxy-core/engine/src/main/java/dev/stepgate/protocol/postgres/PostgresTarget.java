package dev.stepgate.protocol.postgres;

import dev.stepgate.transport.DialTls;
import java.util.Set;

/**
 * One configured connection to a PostgreSQL server.
 *
 * @param name its name in the configuration, {@code orders-db} for one
 * @param host the server's name or address
 * @param port its port
 * @param database the database that a step gets
 * @param otherDatabases further databases that a client may name itself
 * @param anyDatabase whether a client may name any database
 * @param user the user that the gateway logs in as, and that the client must name
 * @param password that user's password
 * @param tls how the connection to the server is protected
 * @param auth how the server may ask the gateway to prove itself; a server that asks for anything
 *     else is refused
 * @param limits the named limits
 */
public record PostgresTarget(
    String name,
    String host,
    int port,
    String database,
    Set<String> otherDatabases,
    boolean anyDatabase,
    String user,
    Credential password,
    DialTls tls,
    Set<UpstreamAuth> auth,
    PostgresLimits limits) {

  /** The word for the protocol in configurations and recordings. */
  public static final String PROTOCOL = "postgresql";

  /** What is allowed unless the configuration says otherwise. */
  public static final Set<UpstreamAuth> DEFAULT_AUTH = Set.of(UpstreamAuth.SCRAM_SHA_256);

  private static final int MAX_PORT = 0xffff;

  /** Copies the sets. */
  public PostgresTarget {
    otherDatabases = Set.copyOf(otherDatabases);
    auth = Set.copyOf(auth);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + ", 1 to " + MAX_PORT + " expected");
    }
    if (auth.contains(UpstreamAuth.CERTIFICATE) && tls.certificate() == null) {
      throw new IllegalArgumentException("auth cert needs a client certificate");
    }
  }

  /** Whether a client may ask for {@code name}. */
  public boolean allowsDatabase(String name) {
    return anyDatabase || database.equals(name) || otherDatabases.contains(name);
  }
}
