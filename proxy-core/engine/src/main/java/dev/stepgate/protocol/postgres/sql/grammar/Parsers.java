package dev.stepgate.protocol.postgres.sql.grammar;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import run.endive.wasm.WasmEngineException;

/**
 * A few instances of the parser, each with a thread of its own: first sight of a statement leaves
 * the event loop for one of them. Threads and instances are made when they are first needed. An
 * instance that failed in the middle of a text, or has grown large, is never used again.
 */
public final class Parsers implements AutoCloseable {

  /** How many texts may wait for a parser; one more is refused. */
  public static final int WAITING = 256;

  /** The last resort behind the limits on a text's size and depth. */
  public static final Duration LONGEST_WORK = Duration.ofSeconds(2);

  /** Stack of a parser's thread, in bytes: trees are walked by recursion, in the parser too. */
  private static final long STACK_BYTES = 32L << 20;

  private static final String CLOSED = "the parsers are closed";
  private static final Duration IDLE_THREAD = Duration.ofMinutes(1);

  /** What is done with a parser, on its thread. */
  @FunctionalInterface
  public interface Work<T> {
    T with(Grammar grammar) throws SyntaxException, TooComplexException;
  }

  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor watch;
  private final Duration longestWork;
  private Program program;

  /** {@code count} parsers at most. */
  public Parsers(int count) {
    this(count, LONGEST_WORK);
  }

  Parsers(int count, Duration longestWork) {
    this.longestWork = longestWork;
    AtomicInteger names = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_THREAD.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(WAITING),
            run -> new ParserThread(run, "stepgate-parser-" + names.incrementAndGet()));
    threads.allowCoreThreadTimeOut(true);
    watch = new ScheduledThreadPoolExecutor(1, run -> daemon(run, "stepgate-parser-watch", 0));
    watch.setRemoveOnCancelPolicy(true);
    watch.setKeepAliveTime(IDLE_THREAD.toMillis(), TimeUnit.MILLISECONDS);
    watch.allowCoreThreadTimeOut(true);
  }

  /**
   * Does {@code work} on a parser's thread. Fails with what the work throws, with {@link
   * TooComplexException} where it takes too much, or where too many are waiting. What follows on
   * the result may run on the parser's thread: it must be short.
   */
  public <T> CompletableFuture<T> submit(Work<T> work) {
    Job<T> job = new Job<>(work);
    try {
      threads.execute(job);
    } catch (RejectedExecutionException e) {
      job.refuse(
          threads.isShutdown() ? CLOSED : WAITING + " statements are waiting for a parser already");
    }
    return job.result;
  }

  /** Ends all work. No thread is left after it. */
  @Override
  public void close() {
    watch.shutdownNow();
    threads.shutdownNow().forEach(waiting -> ((Job<?>) waiting).refuse(CLOSED));
    try {
      threads.awaitTermination(longestWork.toMillis(), TimeUnit.MILLISECONDS);
      watch.awaitTermination(longestWork.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Work and its result, which is there in the end whatever happens. */
  private final class Job<T> implements Runnable {
    private final Work<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Job(Work<T> work) {
      this.work = work;
    }

    void refuse(String why) {
      result.completeExceptionally(new TooComplexException(why));
    }

    @Override
    public void run() {
      ParserThread thread = (ParserThread) Thread.currentThread();
      Turn turn = null;
      try {
        Grammar grammar = thread.instance(Parsers.this);
        turn = new Turn(thread);
        result.complete(work.with(grammar));
      } catch (SyntaxException | TooComplexException e) {
        result.completeExceptionally(e);
      } catch (StackOverflowError e) {
        thread.drop();
        refuse("it is nested too deeply");
      } catch (WasmEngineException | ParserFailure e) {
        thread.drop();
        refuse("its parsing takes too much");
      } catch (RuntimeException | Error e) {
        thread.drop();
        result.completeExceptionally(e);
      } finally {
        if (turn != null) {
          turn.end();
        }
      }
    }
  }

  private synchronized Program program() {
    if (program == null) {
      program = Program.load();
    }
    return program;
  }

  private static Thread daemon(Runnable run, String name, long stack) {
    Thread thread = new Thread(null, run, name, stack);
    thread.setDaemon(true);
    return thread;
  }

  /** One piece of work under watch: interrupted when it has taken too long, and only then. */
  private final class Turn {
    private final Thread thread;
    private final ScheduledFuture<?> alarm;
    private boolean over;

    Turn(Thread thread) {
      this.thread = thread;
      alarm = watch.schedule(this::ring, longestWork.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void ring() {
      if (!over) {
        thread.interrupt();
      }
    }

    void end() {
      alarm.cancel(false);
      synchronized (this) {
        over = true;
      }
      // The pool interrupts its threads again if it is closing.
      boolean late = Thread.interrupted();
      if (late && threads.isShutdown()) {
        thread.interrupt();
      }
    }
  }

  /** A thread with its own instance. */
  private static final class ParserThread extends Thread {
    private ParserInstance instance;

    ParserThread(Runnable run, String name) {
      super(null, run, name, STACK_BYTES);
      setDaemon(true);
    }

    Grammar instance(Parsers parsers) {
      if (instance == null || instance.isLarge()) {
        instance = new ParserInstance(parsers.program());
      }
      return instance;
    }

    void drop() {
      instance = null;
    }
  }
}
