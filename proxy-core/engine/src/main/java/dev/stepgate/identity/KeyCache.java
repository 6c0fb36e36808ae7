package dev.stepgate.identity;

import dev.stepgate.identity.Verification.Code;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One issuer's keys, fetched when they are needed. At any time at most one fetch is under way, and
 * all who need it wait for that one.
 *
 * <ul>
 *   <li>Keys older than {@link #REFRESH_AFTER} are still used, but fetched anew beside it.
 *   <li>If that fails they are used until they are {@link Issuer#keysGoodFor} old, then no more.
 *   <li>A key of an unknown name makes a fetch, at most one in {@link #LOOK_AGAIN_AFTER}.
 *   <li>A failed fetch is tried again after {@link #LOOK_AGAIN_AFTER}, not sooner.
 *   <li>What was fetched replaces what was there: a key that the issuer took back is gone.
 * </ul>
 */
final class KeyCache {

  /** The age at which keys are fetched anew, unless they are good for less than twice that. */
  static final Duration REFRESH_AFTER = Duration.ofMinutes(10);

  /** Least time between the end of a fetch and the beginning of the next. */
  static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(10);

  /** What a waiter grants a fetch beyond its deadline, to hear why it failed. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Issuer issuer;
  private final Documents documents;
  private final InstantSource clock;
  private final Duration fetchWithin;
  private final Duration refreshAfter;
  private final int maxWaiting;
  private final Semaphore waiting;

  private Keys keys;
  private Instant fetched = Instant.MIN;
  private Instant lastEnd;
  private String failure = "they were never fetched";
  private CompletableFuture<Void> underWay;

  /**
   * Nothing is fetched yet.
   *
   * @param fetchWithin what both documents together may take
   * @param maxWaiting how many may wait for them at a time
   */
  KeyCache(
      Issuer issuer,
      Documents documents,
      InstantSource clock,
      Duration fetchWithin,
      int maxWaiting) {
    this.maxWaiting = maxWaiting;
    this.waiting = new Semaphore(maxWaiting);
    this.issuer = issuer;
    this.documents = documents;
    this.clock = clock;
    this.fetchWithin = fetchWithin;
    Duration half = issuer.keysGoodFor().dividedBy(2);
    this.refreshAfter = half.compareTo(REFRESH_AFTER) < 0 ? half : REFRESH_AFTER;
  }

  /** Keys that are fresh enough and hold {@code keyId} if the issuer has it; waits for a fetch. */
  Keys holding(String keyId) throws No {
    CompletableFuture<Void> fetch;
    synchronized (this) {
      Keys usable = usable();
      if (usable != null && usable.has(keyId)) {
        boolean old = age().compareTo(refreshAfter) > 0;
        fetch = old ? fetch() : null; // nobody waits for it
        return usable;
      }
      fetch = fetch();
    }
    if (fetch != null) {
      await(fetch);
    }
    synchronized (this) {
      Keys usable = usable();
      if (usable == null) {
        throw new No(
            Code.ISSUER_UNAVAILABLE,
            "no keys of " + issuer.url() + " that are fresh enough: " + failure);
      }
      return usable;
    }
  }

  private void await(CompletableFuture<Void> fetch) throws No {
    if (fetch.isDone()) {
      return;
    }
    if (!waiting.tryAcquire()) {
      throw new No(
          Code.BUSY, maxWaiting + " others wait for the keys of " + issuer.url() + " already");
    }
    try {
      fetch.get(fetchWithin.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // What is usable now decides.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new No(Code.ISSUER_UNAVAILABLE, "interrupted while waiting for " + issuer.url());
    } finally {
      waiting.release();
    }
  }

  /** The keys, unless they are too old; a clock that went back makes them too old. */
  private Keys usable() {
    if (keys == null) {
      return null;
    }
    Duration age = age();
    return age.isNegative() || age.compareTo(issuer.keysGoodFor()) > 0 ? null : keys;
  }

  private Duration age() {
    return Duration.between(fetched, clock.instant());
  }

  /** The fetch that is under way, a new one, or null if it is too soon for one. */
  private CompletableFuture<Void> fetch() {
    if (underWay != null) {
      return underWay;
    }
    Instant now = clock.instant();
    if (lastEnd != null && !now.isBefore(lastEnd) && now.isBefore(lastEnd.plus(LOOK_AGAIN_AFTER))) {
      return null;
    }
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    underWay = waiting;
    start(now, waiting);
    return waiting;
  }

  private void start(Instant begun, CompletableFuture<Void> waiting) {
    long deadline = System.nanoTime() + fetchWithin.toNanos();
    CompletionStage<Keys> fetching;
    try {
      fetching =
          documents
              .get(issuer.discovery(), fetchWithin, Keys.MAX_DOCUMENT_BYTES)
              .thenCompose(document -> fetchKeys(document, deadline))
              .thenApply(KeyCache::parse);
    } catch (RuntimeException e) {
      fetching = CompletableFuture.failedFuture(e);
    }
    fetching.whenComplete((found, failed) -> ended(begun, found, failed, waiting));
  }

  private CompletionStage<byte[]> fetchKeys(byte[] document, long deadline) {
    try {
      URI at = Discovery.keys(issuer, document);
      long left = Math.max(1, deadline - System.nanoTime());
      return documents.get(at, Duration.ofNanos(left), Keys.MAX_DOCUMENT_BYTES);
    } catch (DocumentException e) {
      throw new CompletionException(e);
    }
  }

  private static Keys parse(byte[] document) {
    try {
      return Keys.parse(document);
    } catch (DocumentException e) {
      throw new CompletionException(e);
    }
  }

  /** Keys count as old as the request for them, not as its answer. */
  private void ended(Instant begun, Keys found, Throwable failed, CompletableFuture<Void> waiting) {
    synchronized (this) {
      underWay = null;
      lastEnd = clock.instant();
      if (failed == null) {
        keys = found;
        fetched = begun;
      } else {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        failure =
            cause instanceof DocumentException
                ? No.line(cause.getMessage())
                : "the fetch failed (" + cause.getClass().getSimpleName() + ")";
      }
    }
    waiting.complete(null);
  }
}
