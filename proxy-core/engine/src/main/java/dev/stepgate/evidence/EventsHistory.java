package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.EventsReached;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a log says of the gateway's own events files. */
final class EventsHistory {

  /** One commitment, and the leaf that it is. */
  record Point(long leaf, EventsReached reached) {}

  private final SortedMap<Long, List<Point>> files = new TreeMap<>();

  void add(long leaf, EventsReached reached) {
    files.computeIfAbsent(reached.file(), file -> new ArrayList<>()).add(new Point(leaf, reached));
  }

  /** The commitments to each file, in order of the log. */
  SortedMap<Long, List<Point>> files() {
    return files;
  }
}
