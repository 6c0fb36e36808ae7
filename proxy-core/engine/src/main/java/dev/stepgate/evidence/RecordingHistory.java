package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.RecordingHead;
import java.util.ArrayList;
import java.util.List;

/** What the log says of one recording: the heads that it reached, in order. */
final class RecordingHistory {

  /**
   * One head.
   *
   * @param leaf the index of the leaf that holds it
   */
  record Point(long leaf, RecordingHead head) {}

  private final List<Point> points = new ArrayList<>();
  private boolean last;

  void add(Point point, boolean isLast) {
    points.add(point);
    last |= isLast;
  }

  List<Point> points() {
    return points;
  }

  /** Whether the log says that no line follows. */
  boolean last() {
    return last;
  }

  Point newest() {
    return points.get(points.size() - 1);
  }
}
