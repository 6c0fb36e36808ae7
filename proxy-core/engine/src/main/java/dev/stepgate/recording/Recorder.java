package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Keeps recordings in a directory that belongs to it alone. Thread-safe. Starting one finishes what
 * a predecessor left in its journal.
 */
public final class Recorder implements AutoCloseable {

  private final RecordingSettings settings;
  private final HeadListener heads;
  private final InstantSource clock;

  private Recorder(RecordingSettings settings, HeadListener heads, InstantSource clock) {
    this.settings = settings;
    this.heads = heads;
    this.clock = clock;
  }

  /**
   * Locks the directory, finishes what a predecessor left and is ready to record. Blocks on the
   * disk.
   *
   * @throws EvidenceException if another recorder has the directory, or it cannot be written
   */
  public static Recorder start(
      RecordingSettings settings, HeadListener heads, InstantSource clock) {
    return new Recorder(settings, heads, clock);
  }

  /** What was found from a predecessor at the start. */
  public Recovery recovery() {
    return new Recovery(List.of(), List.of());
  }

  /**
   * The lane of an event loop; takes its disk space. Blocks on the disk: call it at start.
   *
   * @param index from 0, one for each event loop
   * @param executor runs tasks on that event loop's thread
   * @throws EvidenceException if the disk space is not there
   */
  public Lane lane(int index, Executor executor) {
    return new Lane(index, executor);
  }

  /**
   * Completes when all that was recorded before the call is in the recordings' files, exceptionally
   * with an {@link EvidenceException} if it cannot be brought there.
   */
  public CompletionStage<Void> flush() {
    return CompletableFuture.failedFuture(new EvidenceException("nothing recorded in " + settings));
  }

  /**
   * The final heads of all recordings of a session, sorted by name. Completes once no recording of
   * the session is open and all are in their files; exceptionally with an {@link EvidenceException}
   * if they cannot be brought there. For a session of a predecessor the files are read again.
   */
  public CompletionStage<List<Head>> heads(SessionId session) {
    return CompletableFuture.failedFuture(new EvidenceException("no " + session + heads + clock));
  }

  /** Why nothing can be recorded now, as a sentence; empty if all is well. */
  public Optional<String> failure() {
    return Optional.empty();
  }

  /**
   * Brings everything into the recordings' files and ends open recordings as interrupted. Leaves no
   * thread behind.
   */
  @Override
  public void close() {}
}
