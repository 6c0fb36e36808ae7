package dev.stepgate.gateway.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves the control socket: one thread selects over all connections, a few workers open and seal.
 * What shows a token may wait for an issuer and has threads of its own, made when they are needed,
 * so that an issuer that hangs holds up no seal and nobody who shows none. Everybody may connect,
 * because only then does the kernel say who it is; who may do anything is {@link Admittance}'s
 * word.
 */
public final class ControlServer implements AutoCloseable {

  /** Connections of one user that have opened nothing yet; more of them are turned away. */
  static final int MAX_PENDING_PER_USER = 256;

  /** Connections at once, with sessions and without. */
  static final int MAX_CONNECTIONS = 20_000;

  /** Requests with a token that are looked at together; more wait. */
  static final int TOKENS_AT_A_TIME = 384;

  private static final int WORKERS = 4;
  private static final long IDLE_SECONDS = 10;
  private static final long TICK_MILLIS = 250;

  private final Path socket;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final ControlTurns turns;
  private final ExecutorService workers;
  private final ExecutorService tokenWorkers;
  private final Set<ControlConnection> connections = new HashSet<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(ControlMessages.MAX_LINE);
  private final Thread thread;
  private volatile boolean draining;
  private volatile boolean closing;

  private ControlServer(
      Path socket,
      ServerSocketChannel listener,
      Gatekeeper gatekeeper,
      Admittance admittance,
      Duration requestTimeout)
      throws IOException {
    this.socket = socket;
    this.listener = listener;
    this.selector = Selector.open();
    this.workers = pool(WORKERS, "stepgate-control-worker");
    this.tokenWorkers = pool(TOKENS_AT_A_TIME, "stepgate-control-token");
    this.turns =
        new ControlTurns(
            gatekeeper, admittance, workers, tokenWorkers, this::later, requestTimeout);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    this.thread = new Thread(this::serve, "stepgate-control");
  }

  // The queue is bounded by the connections: each has at most one thing under way.
  private static ExecutorService pool(int threads, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Binds {@code socket} and serves it.
   *
   * @param requestTimeout how long a connection without a session may stay without a whole request
   * @throws IOException if the socket cannot be bound, or another gateway answers on it
   */
  public static ControlServer start(
      Path socket, Gatekeeper gatekeeper, Admittance admittance, Duration requestTimeout)
      throws IOException {
    ServerSocketChannel listener = bind(socket);
    ControlServer server =
        new ControlServer(socket, listener, gatekeeper, admittance, requestTimeout);
    server.thread.start();
    return server;
  }

  private static ServerSocketChannel bind(Path socket) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
    if (Files.exists(socket)) {
      try (SocketChannel other = SocketChannel.open(address)) {
        throw new IOException("another gateway answers on " + other.getRemoteAddress());
      } catch (java.net.ConnectException e) {
        Files.delete(socket); // left behind by one that was killed
      }
    }
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(address);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** How many sessions are open. */
  public int sessions() {
    return turns.sessions();
  }

  /** Accepts nobody any more; those who have a session may end it. */
  public void drain() {
    draining = true;
    selector.wakeup();
  }

  /** Ends what is still open as interrupted and leaves no thread and no socket behind. */
  @Override
  public void close() throws IOException {
    drain();
    closing = true;
    selector.wakeup();
    joinQuietly(thread);
    finish(tokenWorkers);
    finish(workers);
  }

  private static void finish(ExecutorService workers) {
    workers.shutdown();
    try {
      workers.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void joinQuietly(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Runs a task on the selecting thread, to which every connection's state is confined.
  private void later(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  private void serve() {
    try (selector;
        listener) {
      while (!closing) {
        selector.select(TICK_MILLIS);
        turn();
      }
      stopAccepting();
      for (ControlConnection connection : List.copyOf(connections)) {
        end(connection, "the gateway was stopped");
      }
    } catch (IOException e) {
      connections.forEach(connection -> turns.end(connection, "the control socket failed"));
    }
  }

  private void turn() throws IOException {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    if (draining) {
      stopAccepting();
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid() && key.isAcceptable()) {
        accept();
      } else if (key.isValid()) {
        transfer((ControlConnection) key.attachment());
      }
    }
    selector.selectedKeys().clear();
    long now = System.nanoTime();
    List<ControlConnection> over = new ArrayList<>();
    for (ControlConnection connection : connections) {
      if (connection.ended() || connection.overdue(now)) {
        over.add(connection);
      }
    }
    over.forEach(connection -> end(connection, "its control connection was closed"));
  }

  // Only once: by then the path may be another gateway's.
  private void stopAccepting() throws IOException {
    if (listener.isOpen()) {
      listener.close();
      Files.deleteIfExists(socket);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
      ControlConnection connection = ControlConnection.accept(channel, turns.requestTimeout());
      if (connection == null) {
        continue;
      }
      if (connections.size() >= MAX_CONNECTIONS) {
        turnAway(connection, "all " + MAX_CONNECTIONS + " connections are taken");
      } else if (pending(connection) >= MAX_PENDING_PER_USER) {
        turnAway(
            connection,
            "this user has " + MAX_PENDING_PER_USER + " connections without a session already");
      } else {
        connections.add(connection);
        connection.register(selector);
      }
    }
  }

  private static void turnAway(ControlConnection connection, String why) {
    connection.turnAway(ControlMessages.error("refused", why));
  }

  private long pending(ControlConnection connection) {
    return connections.stream()
        .filter(other -> !other.hasSession() && other.peer().equals(connection.peer()))
        .count();
  }

  private void transfer(ControlConnection connection) {
    try {
      connection.flush();
      buffer.clear();
      byte[] line = connection.read(buffer);
      if (line != null) {
        turns.take(connection, line);
      }
    } catch (IOException e) {
      end(connection, "its control connection was closed");
    } catch (ControlMessages.MalformedLine e) {
      turns.refuse(connection, "malformed", e.getMessage());
    }
  }

  private void end(ControlConnection connection, String reason) {
    connections.remove(connection);
    turns.end(connection, reason);
    connection.close();
  }
}
