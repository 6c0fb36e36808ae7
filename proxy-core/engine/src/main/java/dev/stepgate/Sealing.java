package dev.stepgate;

import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.evidence.SealFile;
import dev.stepgate.job.Seal;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Head;
import dev.stepgate.recording.Recorder;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends sessions: recordings completed, heads in the log, and what the build log is told. */
final class Sealing {

  /** How long the scribes may take to bring a session's recordings into their files. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Recorder recorder;
  private final SessionLog log;
  private final UnsealedSessions unsealed;
  private final Path recordings;

  Sealing(Recorder recorder, SessionLog log, UnsealedSessions unsealed, Path recordings) {
    this.recorder = recorder;
    this.log = log;
    this.unsealed = unsealed;
    this.recordings = recordings;
  }

  /**
   * Seals a session whose clients are gone.
   *
   * @throws EvidenceException if that cannot be done; it stays unsealed
   */
  Seal seal(SessionId session, Optional<String> interrupted, SessionLog.Counts counts) {
    SessionLog.Ending ending = log.ended(session, interrupted, heads(session), counts);
    Path directory = recordings.resolve(session.value());
    try {
      // For the bundle: the checkpoint that the build log shows. The proof holds without it.
      SealFile.write(recordings.getParent(), session.value(), ending.appended().note());
      unsealed.remove(session);
    } catch (IOException e) {
      throw new EvidenceException(
          "session " + session + " is sealed in the log, but not marked so: " + e, e);
    }
    return told(ending, directory);
  }

  private static Seal told(SessionLog.Ending ending, Path directory) {
    SessionEnded leaf = ending.leaf();
    Checkpoint checkpoint = ending.appended().checkpoint();
    return new Seal(
        new SessionId(leaf.session()),
        leaf.operations(),
        leaf.refused(),
        leaf.masked(),
        directory.toString(),
        leaf.heads().hex(),
        checkpoint.origin(),
        checkpoint.size(),
        checkpoint.root().hex());
  }

  private List<Head> heads(SessionId session) {
    try {
      return recorder
          .heads(session)
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EvidenceException known) {
        throw known;
      }
      throw new EvidenceException("the recordings cannot be completed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new EvidenceException(
          "the recordings were not completed within " + PATIENCE.toMinutes() + " min", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EvidenceException("interrupted while the recordings were completed", e);
    }
  }
}
