package dev.stepgate.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Leaves that wait for the writer, which takes as many as it can at once. Thread-safe. */
final class AppendQueue {

  /** How long the first leaf of a batch waits for others, in milliseconds. */
  static final long LINGER_MILLIS = 10;

  /** What {@link Object#wait(long)} takes for no limit. */
  private static final long FOR_EVER = 0;

  /** The most leaves that wait, and that one batch takes. */
  static final int MAX_LEAVES = 16_384;

  /** The most bytes of leaves that wait, and that one batch takes: 32 MiB. */
  static final int MAX_BYTES = 32 << 20;

  /** One leaf that waits. */
  static final class Waiting {

    private final byte[] leaf;
    private final CompletableFuture<Appended> appended = new CompletableFuture<>();

    Waiting(byte[] leaf) {
      this.leaf = leaf;
    }

    byte[] leaf() {
      return leaf;
    }

    /** Completed by the writer. */
    CompletableFuture<Appended> appended() {
      return appended;
    }
  }

  private final List<Waiting> waiting = new ArrayList<>();
  private long bytes;
  private long firstAdded;
  private boolean closed;

  /** Puts a leaf at the end; fails at once if there is no room or the log is closed. */
  synchronized CompletableFuture<Appended> add(byte[] leaf) {
    if (closed) {
      return CompletableFuture.failedFuture(new LogException("the log is closed"));
    }
    if (waiting.size() == MAX_LEAVES || bytes + leaf.length > MAX_BYTES) {
      return CompletableFuture.failedFuture(
          new LogException(
              "the log's disk is too slow: "
                  + waiting.size()
                  + " leaves of "
                  + bytes
                  + " bytes wait; the limits are "
                  + MAX_LEAVES
                  + " and "
                  + MAX_BYTES));
    }
    if (waiting.isEmpty()) {
      firstAdded = System.nanoTime();
    }
    Waiting added = new Waiting(leaf);
    waiting.add(added);
    bytes += leaf.length;
    notifyAll();
    return added.appended();
  }

  /**
   * The next batch; empty once the queue is closed and taken. An interrupt is ignored: whoever
   * could interrupt the log's thread would lose it a write.
   */
  synchronized List<Waiting> take() {
    while (!closed) {
      // Asked once a round: it runs down meanwhile, and to wait for 0 is to wait for ever.
      long left = waiting.isEmpty() ? FOR_EVER : lingering();
      if (!waiting.isEmpty() && left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        notifyAll();
      }
    }
    List<Waiting> batch = new ArrayList<>(waiting);
    waiting.clear();
    bytes = 0;
    return batch;
  }

  private long lingering() {
    return LINGER_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstAdded);
  }

  /** Nothing is added from now on. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
