package dev.stepgate.evidence;

import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.EventsReached;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.leaf.UnknownLeaf;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.TilePath;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a log says of all its sessions, in the order of their first leaves. */
public final class Histories {

  private final Map<String, SessionHistory> sessions = new LinkedHashMap<>();
  private final Map<String, Long> unknown = new TreeMap<>();
  private final EventsHistory events = new EventsHistory();

  Histories() {}

  /**
   * Reads a log that its own gateway has opened, and so has checked.
   *
   * @param size how many of its leaves to read
   * @throws MalformedException if a leaf has no form or contradicts earlier ones
   */
  public static Histories of(LogReader log, long size) {
    Histories histories = new Histories();
    Findings findings = new Findings();
    for (long bundle = 0; bundle * TilePath.WIDTH < size; bundle++) {
      long index = bundle * TilePath.WIDTH;
      for (byte[] leaf : log.entries(bundle, LogReader.widthOf(bundle, size))) {
        histories.add("log", index++, leaf, findings);
      }
    }
    if (!findings.none()) {
      throw new MalformedException(findings.bad().get(0).text());
    }
    return histories;
  }

  /** The sessions that were opened and have not ended: after a crash, those to be interrupted. */
  public List<SessionHistory> open() {
    return sessions.values().stream().filter(session -> session.ended().isEmpty()).toList();
  }

  /** All sessions. */
  public Collection<SessionHistory> sessions() {
    return sessions.values();
  }

  /** What the log says of the gateway's own events. */
  EventsHistory events() {
    return events;
  }

  /** One of them, or null. */
  SessionHistory session(String name) {
    return sessions.get(name);
  }

  /** Takes the log's next leaf; what is wrong with it goes to {@code findings}. */
  void add(String file, long index, byte[] bytes, Findings findings) {
    Leaf leaf;
    try {
      leaf = Leaf.decode(bytes);
    } catch (MalformedException e) {
      findings.add(Finding.of(file, "leaf " + index, "is no record of the log: " + e.getMessage()));
      return;
    }
    add(file, index, leaf, findings);
  }

  /** Takes the log's next leaf, read already. */
  void add(String file, long index, Leaf leaf, Findings findings) {
    if (leaf instanceof UnknownLeaf later) {
      unknown.merge(later.kind(), 1L, Long::sum);
    } else if (leaf instanceof EventsReached reached) {
      events.add(index, reached);
    } else {
      sessions
          .computeIfAbsent(Names.session(leaf.session()), SessionHistory::new)
          .add(file, index, leaf, findings);
    }
  }

  /** A sentence for each kind of leaf that is not known here. */
  List<String> unknownKinds() {
    return unknown.entrySet().stream()
        .limit(20)
        .map(
            kind ->
                kind.getValue()
                    + " leaves of the unknown kind "
                    + Shown.of(kind.getKey())
                    + " were not judged.")
        .toList();
  }
}
