package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.StartupMessage;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sessions at the server whose client has ended, kept for the next client of the same endpoint that
 * begins with the same parameters: a step that connects for each statement does not pay for a new
 * server process each time. Never shared between sessions of steps. Thread-safe; each session stays
 * on its loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class IdleUpstreams {

  private final PostgresLimits limits;
  private final Runnable emptied;
  private final Map<EventLoop, Deque<Upstream>> idle = new ConcurrentHashMap<>();
  private final Set<Upstream> members = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** None yet; {@code emptied} is told whenever one is closed. */
  IdleUpstreams(PostgresLimits limits, Runnable emptied) {
    this.limits = limits;
    this.emptied = emptied;
  }

  /** One that can be taken on {@code loop}, which is the calling one; or null. */
  Upstream take(EventLoop loop, StartupMessage startup) {
    Deque<Upstream> kept = idle.get(loop);
    if (kept == null) {
      return null;
    }
    for (Iterator<Upstream> i = kept.iterator(); i.hasNext(); ) {
      Upstream upstream = i.next();
      if (!upstream.channel().isActive()) {
        i.remove();
      } else if (upstream.startup().equals(startup)) {
        i.remove();
        members.remove(upstream);
        return upstream;
      }
    }
    return null;
  }

  /**
   * Takes over a session that waits outside a transaction, on its loop.
   *
   * @return whether it is taken over; else it is still the caller's
   */
  boolean give(Upstream upstream) {
    if (closed.get()
        || members.size() >= limits.idleUpstreams()
        || !upstream.channel().isActive()) {
      return false;
    }
    members.add(upstream);
    upstream.whenClosed(() -> left(upstream));
    upstream.handTo(new UpstreamReset(upstream, limits.idleUpstream().toMillis(), this::settled));
    if (closed.get()) {
      upstream.channel().close();
    }
    return true;
  }

  private void settled(Upstream upstream) {
    idle.computeIfAbsent(upstream.channel().eventLoop(), loop -> new ArrayDeque<>())
        .addFirst(upstream);
  }

  private void left(Upstream upstream) {
    Deque<Upstream> kept = idle.get(upstream.channel().eventLoop());
    if (kept != null) {
      kept.remove(upstream);
    }
    if (members.remove(upstream)) {
      emptied.run();
    }
  }

  /** Closes those that are kept: what a client did may show in new sessions only. */
  void evict() {
    members.forEach(upstream -> upstream.channel().close());
  }

  /** Keeps none any more. */
  void close() {
    closed.set(true);
    evict();
  }

  boolean isEmpty() {
    return members.isEmpty();
  }
}
