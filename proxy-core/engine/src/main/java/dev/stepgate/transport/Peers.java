package dev.stepgate.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells whose process is at the other end of an accepted connection. Who asks while a table is
 * being read is served by the next reading, together with all others who came meanwhile. Never
 * blocks who asks; thread-safe.
 */
public final class Peers implements AutoCloseable {

  /** Looks that wait for their turn; beyond, nobody is looked at. */
  static final int MAX_WAITING = 16_384;

  private static final long KEPT_SECONDS = 1;

  private final Supplier<PeerTable> tables;
  private final ThreadPoolExecutor reader;
  private List<Asked> waiting = new ArrayList<>();
  private boolean reading;
  private volatile PeerTable table;

  private final UnixSockets unix;

  /** A look of which only the table knows the answer, or only {@code itself}. */
  private record Asked(Loopback connection, Supplier<PeerUser> itself, Consumer<PeerUser> answer) {}

  /**
   * Looks in a table, and asks Unix sockets themselves.
   *
   * @param tables makes the table when somebody first asks; it is closed with this
   */
  Peers(Supplier<PeerTable> tables, UnixSockets unix) {
    this.tables = tables;
    this.unix = unix;
    // A thread only while there is something to look up.
    this.reader =
        new ThreadPoolExecutor(
            1,
            1,
            KEPT_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(2),
            task -> {
              Thread thread = new Thread(task, "stepgate-peers");
              thread.setDaemon(true);
              return thread;
            });
    reader.allowCoreThreadTimeOut(true);
  }

  /** Whether {@code client} came in by a Unix socket. */
  public static boolean isUnix(Channel client) {
    return client.parent() != null
        && !(client.parent().localAddress() instanceof InetSocketAddress);
  }

  /** The client's end for people: {@code 127.0.0.1:40112}, or {@code unix}. */
  public static String place(Channel client) {
    if (isUnix(client)) {
      return "unix";
    }
    return client.remoteAddress() instanceof InetSocketAddress peer
        ? peer.getAddress().getHostAddress() + ":" + peer.getPort()
        : "closed";
  }

  /**
   * Looks whose process {@code client} is.
   *
   * @param expected the user for whom the answer has to be a number
   * @param answer told once, at once or on another thread
   */
  public void look(Channel client, int expected, Consumer<PeerUser> answer) {
    if (isUnix(client)) {
      Supplier<PeerUser> itself = () -> unix.user(client, expected);
      if (unix.quick()) {
        answer.accept(itself.get());
      } else if (!enqueue(new Asked(null, itself, answer))) {
        answer.accept(PeerUser.BUSY);
      }
      return;
    }
    if (!(client.remoteAddress() instanceof InetSocketAddress peer)
        || !(client.localAddress() instanceof InetSocketAddress here)) {
      answer.accept(PeerUser.GONE);
      return;
    }
    // By our own end: what comes to a loopback address is of this machine, whatever address a
    // client
    // has bound itself to.
    if (!here.getAddress().isLoopbackAddress()) {
      answer.accept(PeerUser.UNTOLD);
      return;
    }
    Asked asked = new Asked(new Loopback(peer, here), null, answer);
    PeerTable made = table;
    if (made != null && made.quick()) {
      answer(List.of(asked));
    } else if (!enqueue(asked)) {
      answer.accept(PeerUser.BUSY);
    }
  }

  private synchronized boolean enqueue(Asked asked) {
    if (waiting.size() >= MAX_WAITING) {
      return false;
    }
    if (!reading) {
      try {
        reader.execute(this::read);
      } catch (RejectedExecutionException e) {
        return false; // it is being closed
      }
      reading = true;
    }
    waiting.add(asked);
    return true;
  }

  private void read() {
    for (List<Asked> some = next(); !some.isEmpty(); some = next()) {
      answer(some);
    }
  }

  private synchronized List<Asked> next() {
    List<Asked> some = waiting;
    waiting = new ArrayList<>();
    reading = !some.isEmpty();
    return some;
  }

  private void answer(List<Asked> some) {
    List<Asked> ofTable = some.stream().filter(asked -> asked.connection() != null).toList();
    List<PeerUser> users = List.of();
    if (!ofTable.isEmpty()) {
      synchronized (tables) {
        if (table == null) {
          table = tables.get();
        }
        users = table.users(ofTable.stream().map(Asked::connection).toList());
      }
    }
    for (int i = 0; i < ofTable.size(); i++) {
      ofTable.get(i).answer().accept(users.get(i));
    }
    for (Asked asked : some) {
      if (asked.connection() == null) {
        asked.answer().accept(asked.itself().get());
      }
    }
  }

  /** Ends its thread, whoever still waits for it. */
  @Override
  public void close() {
    reader.shutdownNow();
    boolean interrupted = false;
    while (!reader.isTerminated()) {
      try {
        reader.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    synchronized (tables) {
      if (table != null) {
        table.close();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
