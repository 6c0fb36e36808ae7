package dev.stepgate.transport;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The few threads on which blocking work is done. A full queue refuses the task. */
final class Offload implements Executor {

  /** Work done at a time. */
  private static final int THREADS = 4;

  /** Work that may wait. */
  private static final int QUEUE = 4096;

  private static final long IDLE_SECONDS = 10;
  private static final Duration END = Duration.ofSeconds(5);

  private final Threads threads = new Threads("stepgate-offload");
  private final ThreadPoolExecutor pool;

  Offload() {
    pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            threads);
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  void close() {
    pool.shutdownNow();
    threads.join(END);
  }
}
