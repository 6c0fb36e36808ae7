package dev.stepgate.recording;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Why a recorder takes no events. A lane whose recordings cannot be written (disk full, read-only)
 * is stalled: its scribe tries again, and the recorder takes events again once it succeeds. What
 * cannot be tried again (a failed fsync, a refused head) lasts until the next start.
 */
final class Failure {

  private final Map<Integer, String> stalls = new TreeMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile String lasting;
  private volatile String sentence;

  /** Throws if no event can be taken. */
  void check() {
    String why = sentence;
    if (why != null) {
      throw new EvidenceException(why);
    }
  }

  /** Throws if no event will be taken until the next start. */
  void checkLasting() {
    String why = lasting;
    if (why != null) {
      throw new EvidenceException(why);
    }
  }

  /** Whether no event will be taken until the next start. */
  boolean lasts() {
    return lasting != null;
  }

  /** Why, as a sentence; null if all is well. */
  String sentence() {
    return sentence;
  }

  /** Runs {@code listener}, on whatever thread, each time that something fails. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void stalled(int lane, String why) {
    set(() -> stalls.put(lane, why));
    listeners.forEach(Runnable::run);
  }

  void goesOn(int lane) {
    set(() -> stalls.remove(lane));
  }

  void lasting(String why) {
    set(() -> lasting = lasting == null ? why : lasting);
    listeners.forEach(Runnable::run);
  }

  private synchronized void set(Runnable change) {
    change.run();
    String stall = stalls.isEmpty() ? null : stalls.values().iterator().next();
    sentence = lasting != null ? lasting : stall;
  }
}
