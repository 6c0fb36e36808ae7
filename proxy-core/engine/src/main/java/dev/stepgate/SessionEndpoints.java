package dev.stepgate;

import dev.stepgate.admission.Gate;
import dev.stepgate.job.Endpoint;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.protocol.postgres.PostgresEndpoint;
import dev.stepgate.protocol.postgres.PostgresProtocol;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.protocol.postgres.wire.ScramVerifier;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Lane;
import dev.stepgate.recording.Recorder;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import dev.stepgate.transport.EndpointSockets;
import dev.stepgate.transport.Transport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens sessions' endpoints: a token that only the step gets, a listener, a lane for each loop. */
final class SessionEndpoints {

  /** Bytes of a session token. */
  private static final int TOKEN_BYTES = 32;

  private final PostgresProtocol postgres;
  private final Doors doors;
  private final Optional<EndpointSockets> sockets;
  private final SecureRandom random;
  private final IdentityHashMap<Executor, Lane> lanes = new IdentityHashMap<>();

  SessionEndpoints(
      Transport transport,
      Recorder recorder,
      Gate gate,
      Doors doors,
      Optional<EndpointSockets> sockets,
      InstantSource clock,
      SecureRandom random) {
    this.doors = doors;
    this.sockets = sockets;
    this.random = random;
    for (EventLoop loop : transport.loops()) {
      lanes.put(loop, recorder.lane(lanes.size(), loop));
    }
    this.postgres = new PostgresProtocol(transport, gate, this::begin, clock);
  }

  /**
   * Opens an endpoint for each target.
   *
   * @param step the user that the step runs as, if that is known
   * @throws IOException if one cannot be had; none is left open then
   */
  List<SessionEndpoint> open(Session session, Optional<Integer> step, List<PostgresTarget> targets)
      throws IOException {
    AtomicInteger numbers = new AtomicInteger();
    List<SessionEndpoint> opened = new ArrayList<>();
    // Without a word about the step's user nobody could be told from others at a socket.
    Optional<Path> directory = Optional.empty();
    if (sockets.isPresent() && step.isPresent()) {
      directory = Optional.of(sockets.get().directory(session.id().value()));
    }
    try {
      for (PostgresTarget target : targets) {
        Doorkeeper keeper = doors.of(session.id(), target.name(), step);
        opened.add(open(session, target, keeper, directory, numbers));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      LiveSession.closeAll(opened, "the session could not be opened");
      remove(directory);
      throw e;
    }
  }

  private void remove(Optional<Path> directory) {
    directory.ifPresent(made -> sockets.ifPresent(all -> all.remove(made)));
  }

  /** Ends what all endpoints share; they themselves are closed by then. */
  void close() {
    postgres.close();
  }

  private SessionEndpoint open(
      Session session,
      PostgresTarget target,
      Doorkeeper keeper,
      Optional<Path> directory,
      AtomicInteger numbers)
      throws IOException {
    byte[] bytes = new byte[TOKEN_BYTES];
    byte[] salt = new byte[ScramVerifier.SALT_BYTES];
    random.nextBytes(bytes);
    random.nextBytes(salt);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byte[] password = token.getBytes(StandardCharsets.US_ASCII);
    ScramVerifier verifier = ScramVerifier.of(password, salt, ScramVerifier.DEFAULT_ITERATIONS);
    Arrays.fill(password, (byte) 0);
    PostgresEndpoint endpoint =
        postgres.open(session, target, verifier, keeper, directory, numbers::incrementAndGet);
    return new Postgres(endpoint, told(endpoint, directory, token), () -> remove(directory));
  }

  private static Endpoint told(PostgresEndpoint endpoint, Optional<Path> directory, String token) {
    PostgresTarget target = endpoint.target();
    return new Endpoint(
        target.name(),
        PostgresTarget.PROTOCOL,
        endpoint.host(),
        endpoint.port(),
        target.user(),
        token,
        target.database(),
        directory.map(Path::toString),
        Optional.empty());
  }

  private Recording begin(Executor loop, Session session, Connection connection) {
    Lane lane = lanes.get(loop);
    if (lane == null) {
      throw new EvidenceException("no lane records what runs on " + loop);
    }
    return lane.open(session, connection);
  }

  /** PostgreSQL's endpoint in the composition root's words. */
  private record Postgres(PostgresEndpoint listener, Endpoint endpoint, Runnable removal)
      implements SessionEndpoint {

    @Override
    public long operations() {
      return listener.operations();
    }

    @Override
    public long refused() {
      return listener.refused();
    }

    @Override
    public CompletionStage<Void> close(String reason) {
      return listener.close(reason);
    }

    @Override
    public void remove() {
      removal.run();
    }
  }
}
