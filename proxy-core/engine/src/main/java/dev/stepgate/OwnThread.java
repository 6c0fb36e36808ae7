package dev.stepgate;

import java.util.concurrent.Callable;

/**
 * Runs a caller's request on a thread made for it. What libraries keep per thread (buffers, caches)
 * then ends with the request, instead of staying on a thread of the host for as long as that lives
 * and holding the engine's class loader with it.
 */
final class OwnThread {

  private OwnThread() {}

  /**
   * Runs {@code work} and waits for it. An interrupt of the waiting thread is handed on to the
   * work, whose end is waited for all the same, since half of a seal is none.
   */
  static <T> T call(String name, Callable<T> work) throws Exception {
    Work<T> running = new Work<>(work);
    Thread thread = new Thread(running, name);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return running.result();
  }

  /** The same for work that throws nothing that is checked. */
  static <T> T run(String name, Callable<T> work) {
    try {
      return call(name, work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Work<T> implements Runnable {

    private final Callable<T> work;
    private T value;
    private Throwable failure;

    Work(Callable<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        value = work.call();
      } catch (Throwable e) {
        failure = e; // thrown again on the caller's thread
      }
    }

    T result() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (Exception) failure;
      }
      return value;
    }
  }
}
