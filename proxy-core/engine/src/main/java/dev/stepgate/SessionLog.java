package dev.stepgate;

import dev.stepgate.audit.Appended;
import dev.stepgate.audit.Log;
import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.EventsReached;
import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.RecordingHead;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.leaf.Who;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Head;
import dev.stepgate.recording.HeadListener;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commits sessions and recordings to the log, in the log's words. Thread-safe. */
final class SessionLog implements HeadListener {

  /** How long the disk may take to have a session's opening or ending. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How many heads of an interrupted session wait for the disk together. */
  private static final int HEADS_AT_ONCE = 1000;

  private final Log log;
  private final InstantSource clock;
  private volatile Throwable failure;

  SessionLog(Log log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Blocks until the disk has it. */
  void opened(Session session, Durability durability) {
    append(
        new SessionOpened(
            session.id().value(),
            session.gateway(),
            session.opened(),
            session.openedBy(),
            session.isolation().word(),
            durability.word(),
            session.connections(),
            Optional.of(who(session.bearer())),
            new TreeMap<>(session.claimed())));
  }

  private static Who who(Bearer bearer) {
    return new Who(bearer.proof().word(), bearer.verified(), bearer.shaped());
  }

  /** Does not wait; an events file that the log did not take shows when it is verified. */
  void eventsReached(int file, long lines, String head) {
    CompletableFuture<Appended> unused =
        log.append(new EventsReached(file, lines, Hash.parseHex(head)));
  }

  /**
   * Whether the log has the session's opening and no ending: a gateway may have died before it
   * opened the session in the log, and after it sealed it there.
   *
   * @param from the index from which on the opening can stand
   */
  boolean isOpen(SessionId session, long from) {
    long size = log.checkpoint().size();
    LogReader reader = log.reader();
    boolean open = false;
    for (long index = from; index < size; index++) {
      Leaf leaf = Leaf.decode(reader.leaf(index, size));
      if (leaf.session().equals(session.value())) {
        open |= leaf instanceof SessionOpened;
        open &= !(leaf instanceof SessionEnded);
      }
    }
    return open;
  }

  /**
   * Does not wait: the recorder goes on while the disk works. If the log took an earlier head
   * badly, this one throws, so that the recorder stops.
   */
  @Override
  public void reached(Head head) {
    check();
    CompletableFuture<Appended> appended =
        log.append(HeadReached.of(head.recording(), head.lines(), head.hash(), head.last()));
    CompletableFuture<Appended> unused =
        appended.whenComplete(
            (done, failed) -> {
              if (failed != null) {
                failure = failed;
              }
            });
  }

  /** Blocks until the disk has the ending. */
  Ending ended(SessionId session, Optional<String> interrupted, List<Head> heads, Counts counts) {
    List<RecordingHead> last = heads.stream().map(SessionLog::head).toList();
    SessionEnded leaf =
        SessionEnded.of(
            session.value(),
            clock.instant(),
            interrupted,
            last,
            counts.operations(),
            counts.refused(),
            0);
    if (interrupted.isPresent() && leaf.last().isEmpty()) {
      // The ending does not repeat so many, and the gateway that died cannot have logged them all.
      appendFinals(session, last);
    }
    return new Ending(leaf, append(leaf));
  }

  /** Why nothing can be committed any more. */
  Optional<String> failure() {
    Throwable failed = failure;
    return failed == null ? Optional.empty() : Optional.of(failed.getMessage());
  }

  private void check() {
    Throwable failed = failure;
    if (failed != null) {
      throw new EvidenceException("the log takes no more: " + failed.getMessage(), failed);
    }
  }

  private void appendFinals(SessionId session, List<RecordingHead> heads) {
    List<CompletableFuture<Appended>> some = new ArrayList<>();
    for (RecordingHead head : heads) {
      some.add(log.append(new HeadReached(session.value(), head, true)));
      if (some.size() == HEADS_AT_ONCE) {
        some.forEach(this::await);
        some.clear();
      }
    }
    some.forEach(this::await);
  }

  private Appended append(Leaf leaf) {
    check();
    return await(log.append(leaf));
  }

  private Appended await(CompletableFuture<Appended> appended) {
    try {
      return appended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      failure = e.getCause();
      throw new EvidenceException(
          "the log cannot be written: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new EvidenceException(
          "the log was not written within " + PATIENCE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EvidenceException("interrupted while the log was written", e);
    }
  }

  private static RecordingHead head(Head head) {
    int number = Integer.parseInt(head.recording().substring(head.recording().indexOf('/') + 1));
    return new RecordingHead(number, head.lines(), Hash.parseHex(head.hash()));
  }

  /** How many operations a session had. */
  record Counts(long operations, long refused) {}

  /** A session's ending and where the log has it. */
  record Ending(SessionEnded leaf, Appended appended) {}
}
