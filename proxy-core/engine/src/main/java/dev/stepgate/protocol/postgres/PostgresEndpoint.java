package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import dev.stepgate.protocol.postgres.wire.ScramVerifier;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import dev.stepgate.transport.EndpointSockets;
import dev.stepgate.transport.Peers;
import dev.stepgate.transport.SessionCertificate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The local endpoint of one session for one of its connections: listens on a loopback port, and on
 * a Unix socket where it is given a directory, until it is closed. Thread-safe.
 */
public final class PostgresEndpoint {

  /** So many times the clients that may wait to log in are looked at before they are refused. */
  private static final int MAX_HELD = 4;

  private static final String NOT_YOURS = "this endpoint is another user's";

  private final PostgresProtocol protocol;
  private final Session session;
  private final Upstreams upstreams;
  private final ScramVerifier verifier;
  private final Doorkeeper keeper;
  private final IntSupplier numbers;
  private final Cancels cancels;
  private final IdleUpstreams idle;
  private final Channel listener;
  private final Channel socket;
  private final Set<Visit> visits = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger unauthenticated = new AtomicInteger();
  private final AtomicInteger failedLogins = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile String closing;
  private SessionCertificate certificate;
  private SslContext tls;

  PostgresEndpoint(
      PostgresProtocol protocol,
      Session session,
      Upstreams upstreams,
      ScramVerifier verifier,
      Doorkeeper keeper,
      Optional<Path> directory,
      IntSupplier numbers)
      throws IOException {
    this.protocol = protocol;
    this.session = session;
    this.upstreams = upstreams;
    this.verifier = verifier;
    this.keeper = keeper;
    this.numbers = numbers;
    this.cancels = new Cancels(upstreams.target().limits().cancelsPerSecond(), protocol.random());
    this.idle = new IdleUpstreams(upstreams.target().limits(), this::checkClosed);
    this.listener = protocol.transport().listen(acceptor(this::accepted));
    this.socket = directory.isPresent() ? listen(directory.get()) : null;
  }

  // Of the same number as the port, so that a client is told one number whichever way it comes.
  private Channel listen(Path directory) throws IOException {
    try {
      Path path = EndpointSockets.socket(directory, port());
      return protocol.transport().listen(path, acceptor(this::acceptedAtSocket));
    } catch (IOException | RuntimeException e) {
      ChannelFuture unused = listener.close();
      throw e;
    }
  }

  private static ChannelHandler acceptor(Consumer<Channel> accepted) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        accepted.accept(channel);
      }
    };
  }

  /** The address that clients connect to. */
  public String host() {
    return ((InetSocketAddress) listener.localAddress()).getAddress().getHostAddress();
  }

  /** The port that clients connect to. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Whether clients can also come by a Unix socket. */
  public boolean hasSocket() {
    return socket != null;
  }

  /** The configured connection. */
  public PostgresTarget target() {
    return upstreams.target();
  }

  /** The certificate (PEM) that the endpoint shows to clients that ask for TLS. */
  public String certificatePem() throws IOException {
    return certificate().pem();
  }

  /** How many client connections have logged in so far: that many recordings were begun. */
  public int connections() {
    return connections.get();
  }

  /** How many operations were admitted or refused in client connections that are over. */
  public long operations() {
    return operations.get();
  }

  /** How many operations were refused in client connections that are over. */
  public long refused() {
    return refused.get();
  }

  /** How many logins failed so far. */
  public int failedLogins() {
    return failedLogins.get();
  }

  /**
   * Takes no more clients and ends those that are there; each is told {@code reason}, and what runs
   * is cancelled.
   *
   * @return completes when all of them and their server connections are gone and all counts are
   *     final
   */
  public CompletableFuture<Void> close(String reason) {
    if (closing == null) {
      closing = reason;
      listener.close().addListener(done -> closeSocket(reason));
    }
    return closed;
  }

  private void closeSocket(String reason) {
    if (socket == null) {
      closeVisits(reason);
    } else {
      socket.close().addListener(done -> closeVisits(reason));
    }
  }

  private void closeVisits(String reason) {
    visits.forEach(visit -> visit.close(reason));
    idle.close();
    checkClosed();
  }

  private boolean listens() {
    return listener.isOpen() || (socket != null && socket.isOpen());
  }

  private void checkClosed() {
    if (closing != null && visits.isEmpty() && idle.isEmpty() && !listens()) {
      closed.complete(null);
    }
  }

  private void accepted(Channel channel) {
    channel.remoteAddress(); // remembered by the channel, which cannot tell once it is closed
    accepted(channel, null);
  }

  // At a socket it is known at once who comes, so others take no place at all.
  private void acceptedAtSocket(Channel channel) {
    EventLoop loop = channel.eventLoop();
    keeper.look(
        channel,
        caller -> {
          if (loop.inEventLoop()) {
            acceptedAtSocket(channel, caller);
          } else {
            loop.execute(
                () -> {
                  acceptedAtSocket(channel, caller);
                  channel.pipeline().fireChannelActive();
                });
          }
        });
  }

  private void acceptedAtSocket(Channel channel, Caller caller) {
    if (caller.own()) {
      accepted(channel, caller);
    } else {
      keeper.turnedAway(channel, caller, false);
      ClientLease.dismiss(channel, Messages.fatal(channel.alloc(), SqlState.CONNECTION, NOT_YOURS));
    }
  }

  private void accepted(Channel channel, Caller caller) {
    Visit visit = new Visit(this, channel, caller);
    visits.add(visit);
    PostgresLimits limits = target().limits();
    int clients = open.incrementAndGet();
    int strangers = unauthenticated.incrementAndGet();
    boolean place = clients <= limits.clients() && closing == null;
    visit.arrive();
    if (strangers <= limits.unauthenticated()) {
      visit.begin(place);
      if (strangers > limits.unauthenticated() / 2 && keeper.knowsTheStep()) {
        visits.forEach(this::checkWhose);
      }
    } else if (place && keeper.knowsTheStep() && strangers <= MAX_HELD * limits.unauthenticated()) {
      // Whoever fills the places with connections of another user must not keep the step out.
      look(channel, () -> visit.beginLate(true), () -> visit.beginLate(false));
    } else {
      visit.begin(false);
    }
    if (closing != null) {
      visit.close(closing);
    }
  }

  // Places get scarce: those that wait in them had better be the step's.
  private void checkWhose(Visit visit) {
    if (visit.toBeChecked()) {
      look(visit.channel(), () -> {}, () -> visit.close(NOT_YOURS));
    }
  }

  private void look(Channel client, Runnable own, Runnable stranger) {
    keeper.look(
        client,
        caller -> {
          if (caller.own()) {
            own.run();
            return;
          }
          stranger.run();
          if (caller.foreign()) {
            keeper.turnedAway(client, caller, false);
          }
        });
  }

  /** Looks whose process a client is; answers at once or later, on any thread. */
  void look(Channel client, Consumer<Caller> answer) {
    keeper.look(client, answer);
  }

  /**
   * Acts on a cancel request. Once many came, only on those of the step's own processes, so that
   * nobody else spends what it may ask for.
   */
  void cancel(Channel client, CancelRequest request, Runnable seen) {
    if (keeper.knowsTheStep() && cancels.scarce()) {
      look(client, () -> cancels.request(request, seen), seen);
    } else {
      cancels.request(request, seen);
    }
  }

  /** A client has logged in, or gave up before it had. */
  void authenticated() {
    unauthenticated.decrementAndGet();
  }

  /** A client and its server connection are gone. */
  void ended(Visit visit) {
    open.decrementAndGet();
    visits.remove(visit);
    checkClosed();
  }

  /**
   * A login failed; answers how many have so far.
   *
   * @param rightToken whether the token was right, and the client another user's
   */
  int failedLogin(Channel client, Caller caller, String user, boolean rightToken) {
    if (rightToken) {
      keeper.turnedAway(client, caller, true);
    } else {
      keeper.loginFailed(client, caller, user);
    }
    return failedLogins.incrementAndGet();
  }

  /** Lets a client that has logged in through the gate. */
  Entry enter(Channel client, Instant since) {
    connections.incrementAndGet();
    Connection connection =
        new Connection(
            session.id(),
            numbers.getAsInt(),
            target().name(),
            PostgresTarget.PROTOCOL,
            since,
            Peers.place(client));
    Recording recording = protocol.recordings().begin(client.eventLoop(), session, connection);
    return protocol.gate().enter(session, connection, recording);
  }

  /** A client's recording is closed. */
  void left(Entry entry) {
    operations.addAndGet(entry.operations());
    refused.addAndGet(entry.refused());
  }

  PostgresProtocol protocol() {
    return protocol;
  }

  Upstreams upstreams() {
    return upstreams;
  }

  Cancels cancels() {
    return cancels;
  }

  IdleUpstreams idle() {
    return idle;
  }

  /** The verifier for {@code user}: one that no token fits if that is not the connection's user. */
  ScramVerifier verifier(String user) {
    return user.equals(target().user()) ? verifier : protocol.mock(user, verifier);
  }

  /** Made when first asked for: most sessions' clients never ask for TLS. */
  synchronized SessionCertificate certificate() throws IOException {
    if (certificate == null) {
      certificate = SessionCertificate.create(protocol.clock().instant(), protocol.random());
    }
    return certificate;
  }

  synchronized SslContext tls() throws IOException {
    if (tls == null) {
      tls = certificate().context(TlsOpening.ALPN);
    }
    return tls;
  }
}
