package dev.stepgate;

import dev.stepgate.event.Event;
import dev.stepgate.event.EventLog;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.LoopbackPeers;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The endpoints' doorkeepers: look up whose process a client is, and tell the events. */
final class Doors implements AutoCloseable {

  /** Lookups that wait for their turn; beyond, nobody is known. */
  private static final int MAX_WAITING = 256;

  private static final int ROOT = 0;
  private static final long KEPT_SECONDS = 1;

  private final EventLog events;
  private final LoopbackPeers peers;
  private final ThreadPoolExecutor lookups;

  Doors(EventLog events, LoopbackPeers peers) {
    this.events = events;
    this.peers = peers;
    // A thread only while there is something to look up.
    this.lookups =
        new ThreadPoolExecutor(
            1,
            1,
            KEPT_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "stepgate-peers");
              thread.setDaemon(true);
              return thread;
            });
    lookups.allowCoreThreadTimeOut(true);
  }

  /** The keeper of one endpoint. */
  Doorkeeper of(SessionId session, String connection, Optional<Integer> step) {
    return new Door(session, connection, step);
  }

  @Override
  public void close() {
    lookups.shutdownNow();
    boolean interrupted = false;
    while (!lookups.isTerminated()) {
      try {
        lookups.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookUp(
      InetSocketAddress peer, InetSocketAddress here, Consumer<OptionalInt> answer) {
    try {
      lookups.execute(() -> answer.accept(peers.uid(peer, here)));
    } catch (RejectedExecutionException e) {
      answer.accept(OptionalInt.empty());
    }
  }

  private final class Door implements Doorkeeper {

    private final SessionId session;
    private final String connection;
    private final Optional<Integer> step;

    Door(SessionId session, String connection, Optional<Integer> step) {
      this.session = session;
      this.connection = connection;
      this.step = step;
    }

    @Override
    public boolean knowsTheStep() {
      return step.isPresent();
    }

    @Override
    public void loginFailed(InetSocketAddress peer, InetSocketAddress here, String user) {
      lookUp(peer, here, uid -> tell(event("login-failed", peer, uid).with("user", user).build()));
    }

    @Override
    public void check(
        InetSocketAddress peer, InetSocketAddress here, Runnable own, Runnable stranger) {
      lookUp(
          peer,
          here,
          uid -> {
            boolean known = uid.isPresent() && step.isPresent();
            if (known && (uid.getAsInt() == step.get() || uid.getAsInt() == ROOT)) {
              own.run();
              return;
            }
            stranger.run();
            if (known) {
              Event.Builder event = event("stranger-refused", peer, uid);
              tell(event.with("expected", step.get().longValue()).build());
            }
          });
    }

    private Event.Builder event(String kind, InetSocketAddress peer, OptionalInt uid) {
      Event.Builder event =
          Event.of(kind)
              .with("session", session.value())
              .with("connection", connection)
              .with("peer", peer.getAddress().getHostAddress() + ":" + peer.getPort());
      uid.ifPresent(number -> event.with("uid", Integer.toUnsignedLong(number)));
      return event;
    }

    private void tell(Event event) {
      CompletionStage<Boolean> unused = events.record(event);
    }
  }
}
