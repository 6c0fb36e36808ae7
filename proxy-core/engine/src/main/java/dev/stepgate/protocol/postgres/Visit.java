package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.protocol.Caller;
import io.netty.channel.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One accepted client, from the first byte until it and its server connection are gone. */
final class Visit {

  static final String LOGIN = "login";
  static final String RELAY = "relay";

  private final PostgresEndpoint endpoint;
  private final Channel client;
  private final Caller caller;
  private ScheduledFuture<?> deadline;
  private final AtomicBoolean checked = new AtomicBoolean();
  private volatile boolean waiting = true;
  private Entry entry;
  private Relay relay;
  private boolean upstreamOpen;
  private boolean failed;
  private boolean ended;

  /**
   * A client that was accepted.
   *
   * @param caller who it is, or null if that is still to be found out
   */
  Visit(PostgresEndpoint endpoint, Channel client, Caller caller) {
    this.endpoint = endpoint;
    this.client = client;
    this.caller = caller;
  }

  /** Looks who the client is, if that is not known yet; answers on any thread. */
  void look(Consumer<Caller> answer) {
    if (caller != null) {
      answer.accept(caller);
    } else {
      endpoint.look(client, answer);
    }
  }

  /** It is here; what becomes of it shows later. */
  void arrive() {
    client.closeFuture().addListener(closed -> clientClosed());
  }

  /** Begins what had to wait until its user was known. Any thread. */
  void beginLate(boolean room) {
    client
        .eventLoop()
        .execute(
            () -> {
              if (!failed && client.isActive()) {
                begin(room);
                client.pipeline().fireChannelActive();
              }
            });
  }

  /** Whether it still waits to log in and nobody has looked whose it is; true once. */
  boolean toBeChecked() {
    return caller == null && waiting && checked.compareAndSet(false, true) && client.isActive();
  }

  Channel channel() {
    return client;
  }

  /**
   * The channel's pipeline: {@code login}, and before it {@code tls} once the client asks for it;
   * {@code login} becomes {@code relay} when both sides are ready.
   */
  void begin(boolean room) {
    client.pipeline().addLast(LOGIN, new ClientLogin(endpoint, this, room));
    long millis = endpoint.target().limits().login().toMillis();
    deadline =
        client
            .eventLoop()
            .schedule(
                () -> fail(SqlState.CONNECTION, "the login took more than " + millis + " ms"),
                millis,
                TimeUnit.MILLISECONDS);
  }

  /** The client has proved itself. */
  void authenticated(Entry entered) {
    entry = entered;
    counted();
  }

  private void counted() {
    if (waiting) {
      waiting = false;
      endpoint.authenticated();
    }
  }

  /** Both sides are ready: from now on the relay has the client. */
  Relay relay(Upstream upstream, ClientLease lease) {
    deadline.cancel(false);
    relay = new Relay(entry, lease);
    upstreamOpen = true;
    upstream.whenClosed(this::upstreamGone);
    upstream.handTo(relay.upstreamHalf());
    client.pipeline().replace(LOGIN, RELAY, relay.clientHalf());
    return relay;
  }

  /** Whether there is no client any more that a session at the server could be for. */
  boolean over() {
    return failed || !client.isActive();
  }

  void cancel() {
    if (relay != null) {
      relay.cancel();
    }
  }

  /** Ends it, from any thread. */
  void close(String reason) {
    client.eventLoop().execute(() -> fail(SqlState.SHUTDOWN, reason));
  }

  /** Ends it with an error that the client sees. */
  void fail(String sqlState, String message) {
    if (relay != null) {
      relay.fail(sqlState, message);
      return;
    }
    if (failed) {
      return;
    }
    failed = true;
    if (entry != null) {
      entry.close(message);
    }
    ClientLease.dismiss(client, Messages.fatal(client.alloc(), sqlState, message));
  }

  private void clientClosed() {
    if (deadline != null) {
      deadline.cancel(false);
    }
    counted();
    if (relay == null && entry != null) {
      entry.close("the client went away before it was ready");
    }
    checkEnded();
  }

  /** The server connection is closed, or no longer this client's. */
  void upstreamGone() {
    upstreamOpen = false;
    checkEnded();
  }

  private void checkEnded() {
    if (!ended && !upstreamOpen && !client.isOpen()) {
      ended = true;
      if (entry != null) {
        endpoint.left(entry);
      }
      endpoint.ended(this);
    }
  }
}
