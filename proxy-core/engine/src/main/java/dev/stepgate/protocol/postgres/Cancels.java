package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.CancelKey;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * The keys that one endpoint's clients were given to cancel with. The process id is the server's
 * own where it is free, so that a client recognizes its own notifications by it; the secret is
 * always the gateway's. Thread-safe.
 */
final class Cancels {

  private static final long NANOS = 1_000_000_000L;

  private final SecureRandom random;
  private final ConcurrentMap<Integer, Entry> entries = new ConcurrentHashMap<>();
  private final long interval;
  private final long burst;
  private long paidUntil;

  private record Entry(CancelKey key, Consumer<Runnable> cancel) {}

  /** At most {@code perSecond} requests a second are acted on, on average. */
  Cancels(int perSecond, SecureRandom random) {
    this.random = random;
    this.interval = NANOS / perSecond;
    this.burst = interval * perSecond;
    this.paidUntil = System.nanoTime() - burst;
  }

  /**
   * A new key.
   *
   * @param processId the server's, or 0
   * @param bytes the length of the secret
   * @param cancel what a request with this key does; called on any thread, runs what it is given
   *     once no statement that the client sends from then on can be hit
   */
  BackendKeyData add(int processId, int bytes, Consumer<Runnable> cancel) {
    byte[] secret = new byte[bytes];
    random.nextBytes(secret);
    Entry entry = new Entry(CancelKey.of(secret), cancel);
    int id = processId;
    while (id == 0 || entries.putIfAbsent(id, entry) != null) {
      id = random.nextInt() & Integer.MAX_VALUE;
    }
    return new BackendKeyData(id, entry.key());
  }

  /** That key is good for nothing any more. */
  void remove(BackendKeyData key) {
    entries.remove(key.processId());
  }

  /**
   * Acts on a request if its key is known and the rate allows it.
   *
   * @param seen runs, on any thread, once no statement that the client sends from then on can be
   *     hit: a client takes the end of the cancel request's connection for the sign of that
   */
  void request(CancelRequest request, Runnable seen) {
    Entry entry = spend(System.nanoTime()) ? entries.get(request.processId()) : null;
    if (entry != null && entry.key().equals(request.key())) {
      entry.cancel().accept(seen);
    } else {
      seen.run();
    }
  }

  /** Whether half of what may come at once has come. */
  synchronized boolean scarce() {
    return paidUntil - System.nanoTime() > -burst / 2;
  }

  /** Whether one more request is within the rate. */
  private synchronized boolean spend(long now) {
    long from = Math.max(paidUntil, now - burst);
    if (from + interval - now > 0) {
      return false;
    }
    paidUntil = from + interval;
    return true;
  }
}
