package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Keeps recordings in a directory that belongs to it alone. Thread-safe. Starting one finishes what
 * a predecessor left in its journal.
 *
 * <p>When recordings cannot be written (disk full, read-only), events are refused and nothing that
 * was recorded is lost; once they can be written again, events are taken again without a restart.
 * When the journal's own disk fails, or the listener refuses a head, that lasts until the next
 * start.
 */
public final class Recorder implements AutoCloseable {

  /** How long a lane's thread may take to end its recordings. */
  private static final long LANE_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RecordingSettings settings;
  private final HeadListener heads;
  private final Forcing forcing;
  private final Ownership ownership;
  private final JournalFiles journalFiles;
  private final Map<Integer, List<Segment>> found;
  private final Recovery recovery;
  private final Failure failure = new Failure();
  private final Sessions sessions;
  private final Map<Integer, Part> parts = new TreeMap<>();
  private boolean closed;

  /** What works for one lane; {@code disk} is null for durability process. */
  private record Part(Lane lane, Scribe scribe, GroupCommit disk) {}

  private Recorder(
      RecordingSettings settings, HeadListener heads, InstantSource clock, Forcing forcing)
      throws IOException {
    this.settings = settings;
    this.forcing = forcing;
    this.heads = heads;
    this.sessions = new Sessions(this::list);
    createDirectories(settings.directory());
    createDirectories(settings.recordings());
    createDirectories(settings.journal());
    this.ownership = Ownership.take(settings.journal());
    try {
      this.journalFiles = new JournalFiles(settings.journal(), forcing);
      this.found = journalFiles.found();
      this.recovery =
          new Recoverer(settings, new RandomSalts(), ownership.machineDied(), clock.instant())
              .recover(found, ownership.unclean());
      ownership.recovered();
    } catch (IOException | RuntimeException e) {
      ownership.abandon();
      throw e;
    }
    failure.listen(() -> sessions.fail(new EvidenceException(failure.sentence())));
  }

  /**
   * Locks the directory, finishes what a predecessor left and is ready to record. Blocks on the
   * disk.
   *
   * @throws EvidenceException if another recorder has the directory, or it cannot be written
   */
  public static Recorder start(
      RecordingSettings settings, HeadListener heads, InstantSource clock) {
    return start(settings, heads, clock, Forcing.REAL);
  }

  static Recorder start(
      RecordingSettings settings, HeadListener heads, InstantSource clock, Forcing forcing) {
    try {
      return new Recorder(settings, heads, clock, forcing);
    } catch (IOException | UncheckedIOException e) {
      throw cannotKeep(settings, e);
    }
  }

  /** What was found from a predecessor at the start. */
  public Recovery recovery() {
    return recovery;
  }

  /**
   * The lane of an event loop; takes its disk space. Blocks on the disk: call it at start.
   *
   * @param index from 0, one for each event loop
   * @param executor runs tasks on that event loop's thread
   * @throws EvidenceException if the disk space is not there
   */
  public synchronized Lane lane(int index, Executor executor) {
    return lane(index, executor, new RandomSalts(), System::nanoTime);
  }

  synchronized Lane lane(int index, Executor executor, Salts salts, LongSupplier nanos) {
    if (closed || parts.containsKey(index)) {
      throw new IllegalStateException(closed ? "closed" : "lane " + index + " is there already");
    }
    List<Segment> there = found.getOrDefault(index, List.of());
    Journal journal;
    try {
      Segment[] segments = journalFiles.lane(index, there, settings);
      journal = new Journal(segments, JournalFiles.nextUse(there), failure);
    } catch (IOException e) {
      throw cannotKeep(settings, e);
    }
    found.remove(index);
    GroupCommit disk =
        settings.durability() == Durability.DISK
            ? new GroupCommit("stepgate-disk-" + index, journal, failure)
            : null;
    Scribe scribe = new Scribe(index, settings, journal, sessions, failure, heads, salts, forcing);
    Lane lane = new Lane(executor, nanos, settings, journal, sessions, failure, scribe::wake, disk);
    parts.put(index, new Part(lane, scribe, disk));
    scribe.start(lane::roomier);
    if (disk != null) {
      disk.start(lane::durable);
    }
    return lane;
  }

  /**
   * Completes when all that was recorded before the call is in the recordings' files, exceptionally
   * with an {@link EvidenceException} if it cannot be brought there. What depends on it runs on a
   * scribe's thread and must not block.
   */
  public CompletionStage<Void> flush() {
    return flushed();
  }

  private synchronized CompletableFuture<Void> flushed() {
    return CompletableFuture.allOf(
        parts.values().stream()
            .map(part -> part.scribe().flush())
            .toArray(CompletableFuture<?>[]::new));
  }

  /**
   * The final heads of all recordings of a session, sorted by name. Completes once no recording of
   * the session is open and all are in their files; exceptionally with an {@link EvidenceException}
   * if they cannot be brought there. It is meant to be called once, when the session is over: the
   * heads are forgotten then, and for a session of a predecessor, or one asked for again, the files
   * are read. What depends on it runs on a scribe's thread and must not block.
   */
  public CompletionStage<List<Head>> heads(SessionId session) {
    CompletableFuture<List<Head>> ended = sessions.heads(session);
    String why = failure.sentence();
    if (why != null) {
      ended.completeExceptionally(new EvidenceException(why));
    }
    CompletableFuture<List<Head>> all =
        ended.thenApply(known -> known != null ? known : readHeads(session));
    return settings.durability() == Durability.PROCESS
        ? all
        : all.thenCompose(known -> flushed().thenApply(done -> known));
  }

  /** Why nothing can be recorded now, as a sentence; empty if all is well. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure.sentence());
  }

  /**
   * Ends open recordings as interrupted and brings everything into the recordings' files. Leaves no
   * thread behind. Not to be called on a lane's thread, which it waits for.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean whole = true;
    boolean interrupted = false;
    for (Part part : parts.values()) {
      boolean quiet = closeOnItsThread(part.lane());
      interrupted |= join(part.scribe().stop());
      whole &= quiet && part.scribe().drained();
      if (part.disk() != null) {
        interrupted |= join(part.disk().stop());
      }
    }
    sessions.fail(new EvidenceException("the recorder is closed"));
    try {
      if (whole && !failure.lasts()) {
        ownership.close();
      } else {
        ownership.abandon();
      }
    } catch (IOException e) {
      throw cannotKeep(settings, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for a thread, whatever happens: none is left behind. Whether it was interrupted. */
  private static boolean join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  /** Whether nothing is written into the lane any more. */
  private static boolean closeOnItsThread(Lane lane) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      lane.executor()
          .execute(
              () -> {
                lane.close();
                done.complete(null);
              });
    } catch (RejectedExecutionException e) {
      lane.close();
      return true;
    }
    boolean interrupted = false;
    long deadline = System.nanoTime() + LANE_CLOSE_NANOS;
    while (!done.isDone() && System.nanoTime() - deadline < 0) {
      try {
        done.get(LANE_CLOSE_NANOS, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return done.isDone();
  }

  private void list(SessionId session, List<Head> known) {
    try {
      Heads.write(settings.recordings(), session, known);
    } catch (IOException e) {
      // It only saves time after a crash.
    }
  }

  private List<Head> readHeads(SessionId session) {
    try {
      return Heads.read(settings.recordings(), session);
    } catch (IOException e) {
      throw new EvidenceException(
          "the recordings of session " + session + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, Ownership.DIRECTORY);
    }
  }

  private static EvidenceException cannotKeep(RecordingSettings settings, Exception e) {
    return new EvidenceException(
        "recordings cannot be kept in " + settings.directory() + ": " + e.getMessage(), e);
  }
}
