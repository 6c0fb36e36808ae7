package dev.stepgate.event;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Takes events from any thread and writes them on one of its own, which is started with the first
 * event. Bounded in every direction: a queue, a {@link Budget} for each kind, a size for each file
 * and for all. The files' heads go to an {@link EventAnchor}, so that what was written cannot be
 * changed unseen.
 */
public final class EventLog implements AutoCloseable {

  /** Events that wait to be written; more are counted only. */
  static final int MAX_QUEUED = 1024;

  /** How long after an event the anchor has it at the latest. */
  static final long ANCHOR_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final String SUPPRESSED = "suppressed";

  private final EventWriter writer;
  private final EventAnchor anchor;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
  private final Budget budget = new Budget();
  private Thread thread;
  private boolean closed;
  private long overflowed;
  private volatile String failure;

  /** The last thing that the writer takes. */
  private static final Pending END = new Pending(null, null);

  private record Pending(Event event, CompletableFuture<Boolean> written) {}

  /** For the state directory {@code state} of the gateway of that name. */
  public EventLog(Path state, String gateway, EventAnchor anchor, InstantSource clock) {
    this(state, gateway, anchor, clock, System::nanoTime);
  }

  EventLog(
      Path state, String gateway, EventAnchor anchor, InstantSource clock, LongSupplier nanos) {
    this.writer = new EventWriter(new EventFiles(state), gateway);
    this.anchor = anchor;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Takes an event; never blocks and never throws, since it is told of what was refused already.
   *
   * @return completes with whether it is in the file, or was counted only
   */
  public CompletionStage<Boolean> record(Event event) {
    return take(event);
  }

  /** The same, and waits a bounded while until it is in the file. */
  public void recordNow(Event event) {
    try {
      take(event).get(ANCHOR_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      // Told by failure(); the refusal stands all the same.
    }
  }

  /** Why events cannot be written, as a sentence, or null. */
  public String failure() {
    return failure;
  }

  private synchronized CompletableFuture<Boolean> take(Event event) {
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    if (closed || !queue.offer(new Pending(event, written))) {
      overflowed++;
      written.complete(false);
      return written;
    }
    if (thread == null) {
      thread = new Thread(this::run, "stepgate-events");
      thread.setDaemon(true);
      thread.start();
    }
    return written;
  }

  /** Writes what is queued, anchors it, and leaves no thread behind. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      running = closed ? null : thread;
      closed = true;
    }
    if (running == null) {
      return;
    }
    boolean interrupted = offerEnd();
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // Not by an interrupt, which would close the file under the writer. The queue takes nothing else
  // any more, so there is room as soon as the writer has taken one.
  private boolean offerEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(END);
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  private void run() {
    long due = 0;
    boolean anchored = true;
    boolean last = false;
    while (!last) {
      Pending next = next(anchored, due);
      last = next != null && next.event() == null;
      if (next != null && !last) {
        due = anchored ? nanos.getAsLong() + ANCHOR_NANOS : due;
        anchored = false;
        write(next);
      }
      if (!anchored && (last || writer.full() || due - nanos.getAsLong() <= 0)) {
        anchored = true;
        anchor(last);
      }
    }
  }

  private Pending next(boolean anchored, long due) {
    try {
      return anchored
          ? queue.take()
          : queue.poll(Math.max(0, due - nanos.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return null; // nobody interrupts this thread
    }
  }

  private void write(Pending pending) {
    Event event = pending.event();
    try {
      Instant now = clock.instant();
      byte[] line = EventWriter.line(event, now);
      boolean spent = budget.spend(event.kind(), line.length, nanos.getAsLong());
      if (spent) {
        tellSuppressed();
        writer.write(line, now);
        failure = null;
      }
      pending.written().complete(spent);
    } catch (IOException | RuntimeException e) {
      failed(e);
      budget.lost(event.kind(), 1, nanos.getAsLong());
      pending.written().complete(false);
    }
  }

  private void tellSuppressed() throws IOException {
    long missed;
    synchronized (this) {
      missed = overflowed;
      overflowed = 0;
    }
    if (missed > 0) {
      budget.lost("unread", missed, nanos.getAsLong());
    }
    for (Map.Entry<String, Long> kind : budget.suppressed().entrySet()) {
      Event count =
          Event.of(SUPPRESSED).with("of", kind.getKey()).with("count", kind.getValue()).build();
      writer.write(count, clock.instant());
    }
  }

  private void anchor(boolean last) {
    boolean full = writer.full();
    try {
      tellSuppressed();
      writer.anchor(anchor);
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
    if (full || last) {
      try {
        writer.close();
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  private void failed(Exception e) {
    failure = "events cannot be written: " + e.getMessage();
  }
}
