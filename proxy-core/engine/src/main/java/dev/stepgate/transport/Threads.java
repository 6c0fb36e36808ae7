package dev.stepgate.transport;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Makes named daemon threads and can wait for their end. */
final class Threads implements ThreadFactory {

  private final String name;
  private final List<Thread> made = new CopyOnWriteArrayList<>();

  Threads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = new FastThreadLocalThread(task, name + "-" + (made.size() + 1));
    thread.setDaemon(true);
    made.add(thread);
    return thread;
  }

  /** Waits until all have ended, or {@code atMost} has passed. */
  void join(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    for (Thread thread : made) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (thread == Thread.currentThread() || left <= 0) {
        continue;
      }
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
