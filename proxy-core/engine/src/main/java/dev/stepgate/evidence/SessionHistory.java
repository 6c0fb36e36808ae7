package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.HeadsDigest;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.RecordingHead;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.tree.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the log says of one session. Its leaves are added in the order of the log. */
public final class SessionHistory {

  private final String session;
  private final SortedMap<Integer, RecordingHistory> recordings = new TreeMap<>();
  private SessionOpened opened;
  private SessionEnded ended;
  private long endedAt = -1;

  SessionHistory(String session) {
    this.session = session;
  }

  /** The session's ULID. */
  public String session() {
    return session;
  }

  /** Its opening leaf. */
  public Optional<SessionOpened> opened() {
    return Optional.ofNullable(opened);
  }

  /** Its ending, if it has ended. */
  public Optional<SessionEnded> ended() {
    return Optional.ofNullable(ended);
  }

  /** The index of the ending's leaf, or -1. */
  long endedAt() {
    return endedAt;
  }

  SortedMap<Integer, RecordingHistory> recordings() {
    return recordings;
  }

  SessionReport.State state() {
    if (ended == null) {
      return SessionReport.State.OPEN;
    }
    return ended.interrupted().isPresent()
        ? SessionReport.State.INTERRUPTED
        : SessionReport.State.SEALED;
  }

  /** Takes the session's next leaf; what contradicts earlier ones goes to {@code findings}. */
  void add(String file, long index, Leaf leaf, Findings findings) {
    String place = "leaf " + index;
    if (ended != null) {
      findings.add(
          Finding.of(file, place, "session " + session + " had ended with leaf " + endedAt));
      return;
    }
    if (leaf instanceof SessionOpened opening) {
      if (opened != null) {
        findings.add(Finding.of(file, place, "session " + session + " was opened before"));
      }
      opened = opening;
      return;
    }
    if (opened == null) {
      findings.add(Finding.of(file, place, "session " + session + " was not opened before"));
    }
    if (leaf instanceof HeadReached reached) {
      head(file, index, reached.head(), reached.last(), findings);
    } else if (leaf instanceof SessionEnded ending) {
      end(file, index, ending, findings);
    }
  }

  private void head(String file, long index, RecordingHead head, boolean last, Findings findings) {
    RecordingHistory recording =
        recordings.computeIfAbsent(head.recording(), number -> new RecordingHistory());
    if (!recording.points().isEmpty()) {
      RecordingHead before = recording.newest().head();
      boolean same = before.equals(head);
      if (before.lines() > head.lines()
          || (before.lines() == head.lines() && !same)
          || (recording.last() && !same)) {
        findings.add(
            Finding.of(
                file,
                "leaf " + index,
                "a head of recording "
                    + session
                    + "/"
                    + name(head)
                    + " contradicts that of leaf "
                    + recording.newest().leaf(),
                shown(before),
                shown(head)));
      }
    }
    recording.add(new RecordingHistory.Point(index, head), last);
  }

  private void end(String file, long index, SessionEnded ending, Findings findings) {
    for (RecordingHead head : ending.last()) {
      head(file, index, head, true, findings);
    }
    ended = ending;
    endedAt = index;
    List<RecordingHead> finals = new ArrayList<>();
    recordings.forEach(
        (number, recording) -> {
          finals.add(recording.newest().head());
          if (!recording.last()) {
            findings.add(
                Finding.of(
                    file,
                    "leaf " + index,
                    "session "
                        + session
                        + " ended without a final head of recording "
                        + name(recording.newest().head())));
          }
        });
    if (finals.size() != ending.recordings()) {
      findings.add(
          Finding.of(
              file,
              "leaf " + index,
              "the ending of session " + session + " counts other recordings than its heads",
              ending.recordings(),
              finals.size()));
    }
    Hash digest = HeadsDigest.of(session, finals);
    if (!digest.equals(ending.heads())) {
      findings.add(
          Finding.of(
              file,
              "leaf " + index,
              "the digest in the ending of session " + session + " is not that of its heads",
              ending.heads(),
              digest));
    }
  }

  private static String name(RecordingHead head) {
    return dev.stepgate.audit.leaf.Names.recording(head.recording());
  }

  private static String shown(RecordingHead head) {
    return head.lines() + " lines with head " + head.head();
  }
}
