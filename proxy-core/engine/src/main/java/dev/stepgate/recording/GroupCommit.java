package dev.stepgate.recording;

import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings a lane's journal to the disk on a thread of its own, for durability disk. Whatever was
 * appended while the disk was busy goes with the next round, so one wait serves all who asked.
 */
final class GroupCommit implements Runnable {

  private final Journal journal;
  private final Failure failure;
  private final Thread thread;
  private volatile Runnable listener = () -> {};
  private volatile long durable;
  private volatile boolean asked;
  private volatile boolean parked;
  private volatile boolean closing;

  GroupCommit(String name, Journal journal, Failure failure) {
    this.journal = journal;
    this.failure = failure;
    this.thread = new Thread(this, name);
    this.durable = Journal.position(journal.committed() >>> 32, 0);
    thread.setDaemon(true);
  }

  void start(Runnable onDurable) {
    listener = onDurable;
    thread.start();
  }

  /** Whether the journal is on the disk up to {@code position}. Any thread. */
  boolean covers(long position) {
    return durable >= position;
  }

  /** Asks for all that was committed so far. Any thread. */
  void ask() {
    asked = true;
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /** Ends after the round under way; the thread that does so. */
  Thread stop() {
    closing = true;
    LockSupport.unpark(thread);
    return thread;
  }

  @Override
  public void run() {
    try {
      while (!closing) {
        if (asked) {
          asked = false;
          round();
        } else {
          sleep();
        }
      }
    } catch (UncheckedIOException | InternalError e) {
      failure.lasting("the journal cannot be brought to the disk: " + e.getMessage());
    }
  }

  private void sleep() {
    parked = true;
    if (!asked && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  private void round() {
    long target = journal.committed();
    force(durable, target);
    durable = target;
    listener.run();
  }

  private void force(long from, long to) {
    for (long use = from >>> 32; use <= to >>> 32; use++) {
      Segment segment = journal.use(use);
      if (segment != null) {
        int start = use == from >>> 32 ? (int) from : 0;
        int end = use == to >>> 32 ? (int) to : segment.size();
        segment.force(start, end);
      }
    }
  }
}
