package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Gate;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.protocol.Recordings;
import dev.stepgate.protocol.postgres.sql.Statements;
import dev.stepgate.protocol.postgres.wire.ScramVerifier;
import dev.stepgate.session.Session;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** PostgreSQL as one gateway speaks it: opens a session's endpoints. Thread-safe. */
public final class PostgresProtocol implements AutoCloseable {

  /** Bytes of the secret that mock exchanges are derived from. */
  private static final int SECRET_BYTES = 32;

  /** Statements that are read at a time. */
  private static final int PARSERS = 2;

  private final Transport transport;
  private final Gate gate;
  private final Recordings recordings;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Memory memory = new Memory();
  private final byte[] mockSecret = new byte[SECRET_BYTES];
  private Statements statements;
  private Catalogs catalogs;
  private final Map<PostgresTarget, Upstreams> upstreams = new ConcurrentHashMap<>();

  /**
   * For one gateway.
   *
   * @param transport what binds and dials
   * @param gate what every operation passes
   * @param recordings where a client connection's recording comes from
   */
  public PostgresProtocol(
      Transport transport, Gate gate, Recordings recordings, InstantSource clock) {
    this.transport = transport;
    this.gate = gate;
    this.recordings = recordings;
    this.clock = clock;
    random.nextBytes(mockSecret);
  }

  /**
   * Opens an endpoint on a loopback port, for one session and one of its connections.
   *
   * <p>Where there is a directory for it, it also listens on a Unix socket of the port's number in
   * there.
   *
   * @param verifier of the session's token
   * @param keeper knows whose process a client is, and is told of those who are turned away
   * @param directory of the session's sockets
   * @param numbers gives each client connection its number in the session, whichever of the
   *     session's endpoints it comes to; thread-safe
   * @throws IOException if no port can be had or a TLS file of the target cannot be used
   */
  public PostgresEndpoint open(
      Session session,
      PostgresTarget target,
      ScramVerifier verifier,
      Doorkeeper keeper,
      Optional<Path> directory,
      IntSupplier numbers)
      throws IOException {
    return new PostgresEndpoint(
        this, session, upstreams(target), verifier, keeper, directory, numbers);
  }

  private Upstreams upstreams(PostgresTarget target) throws IOException {
    Upstreams known = upstreams.get(target);
    if (known == null) {
      known = new Upstreams(target, transport, random, memory, this::insight);
      upstreams.put(target, known);
    }
    return known;
  }

  /** Made when somebody first wants to know what a statement does: most gateways never do. */
  private synchronized Insight insight(Upstreams target, String database) {
    if (statements == null) {
      statements = new Statements(PARSERS);
      catalogs = new Catalogs(transport, statements, clock);
    }
    return new TargetInsight(statements, catalogs.of(target, database));
  }

  /** Ends the work on statements. Endpoints are closed by whoever opened them. */
  @Override
  public synchronized void close() {
    if (statements != null) {
      catalogs.close();
      statements.close();
    }
  }

  Transport transport() {
    return transport;
  }

  Gate gate() {
    return gate;
  }

  Recordings recordings() {
    return recordings;
  }

  InstantSource clock() {
    return clock;
  }

  SecureRandom random() {
    return random;
  }

  /** A verifier that no token fits. */
  ScramVerifier mock(String user, ScramVerifier like) {
    return ScramVerifier.mock(mockSecret, user, like.iterations());
  }
}
