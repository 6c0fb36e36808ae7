package dev.stepgate.recording;

import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * One event loop's way into the journal. {@link #open} and the recordings' methods are called on
 * the thread of its executor; none of them blocks.
 */
public final class Lane {

  private static final int MAX_FIELD = 127;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;

  private final Executor executor;
  private final LongSupplier nanos;
  private final RecordingSettings settings;
  private final Journal journal;
  private final Sessions sessions;
  private final Failure failure;
  private final Runnable wakeScribe;
  private final GroupCommit disk;

  private final List<JournalRecording> bySlot = new ArrayList<>();
  private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
  private final Runnable resumeReady = this::resumeReady;
  private final Runnable resumeSettled = this::resumeSettled;

  private List<Runnable> waitingForRoom = new ArrayList<>();
  private volatile boolean roomWanted;
  private final ArrayDeque<Waiting> waitingForDisk = new ArrayDeque<>();
  private boolean closed;

  private record Waiting(long position, Runnable later) {}

  /**
   * @param disk brings the journal to the disk; null for durability process
   */
  Lane(
      Executor executor,
      LongSupplier nanos,
      RecordingSettings settings,
      Journal journal,
      Sessions sessions,
      Failure failure,
      Runnable wakeScribe,
      GroupCommit disk) {
    this.executor = executor;
    this.nanos = nanos;
    this.settings = settings;
    this.journal = journal;
    this.sessions = sessions;
    this.failure = failure;
    this.wakeScribe = wakeScribe;
    this.disk = disk;
    failure.listen(this::failed);
  }

  /**
   * Opens the recording of a client connection.
   *
   * @throws EvidenceException if it cannot be kept
   */
  public Recording open(Session session, Connection connection) {
    if (closed) {
      throw new EvidenceException("the recorder is closed");
    }
    Integer reused = freeSlots.poll();
    int slot = reused == null ? bySlot.size() : reused;
    JournalRecording recording =
        new JournalRecording(
            this,
            journal,
            RecordingName.of(session.id(), connection.number()),
            slot,
            settings.captureBytes());
    journal.opened(1);
    try {
      recording.open(
          micros(connection.opened()), settings.durability(), opening(session, connection));
    } catch (RuntimeException e) {
      journal.opened(-1);
      freeSlots.push(slot);
      if (reused == null) {
        bySlot.add(null);
      }
      throw e;
    }
    if (reused == null) {
      bySlot.add(recording);
    } else {
      bySlot.set(slot, recording);
    }
    sessions.opened(session.id());
    return recording;
  }

  private String opening(Session session, Connection connection) {
    String text = header(session, connection);
    if (text.length() > journal.maxOpenText()) {
      throw new EvidenceException(
          "the opening record has "
              + text.length()
              + " characters, the journal takes "
              + journal.maxOpenText());
    }
    return text;
  }

  /** What the header line says beside numbers, as the opening frame carries it. */
  private static String header(Session session, Connection connection) {
    return String.join(
        "\0",
        field(session.gateway()),
        field(connection.target()),
        field(connection.protocol()),
        field(connection.peer()),
        Who.of(session).fields());
  }

  private static String field(String text) {
    String whole = text.replace('\0', '\uFFFD');
    return whole.length() <= MAX_FIELD ? whole : whole.substring(0, MAX_FIELD);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / NANOS_PER_MICRO;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  void ended(JournalRecording recording) {
    journal.opened(-1);
    bySlot.set(recording.slot, null);
    freeSlots.push(recording.slot);
  }

  /** As {@link Recording#ready}. */
  boolean ready(Runnable later) {
    if (enough() || failure.sentence() != null) {
      return true;
    }
    waitingForRoom.add(later);
    roomWanted = true;
    wakeScribe.run();
    if (enough() || failure.sentence() != null) {
      resume(resumeReady);
    }
    return false;
  }

  /** As {@link Recording#settled}, of what was written up to {@code position}. */
  boolean settled(long position, Runnable later) {
    if (disk == null || disk.covers(position)) {
      return true;
    }
    failure.checkLasting();
    waitingForDisk.add(new Waiting(position, later));
    disk.ask();
    if (failure.lasts()) {
      resume(resumeSettled);
    }
    return false;
  }

  /** Room was made. Any thread. */
  void roomier() {
    if (roomWanted && enough()) {
      resume(resumeReady);
    }
  }

  /** More of the journal is on the disk. Any thread. */
  void durable() {
    resume(resumeSettled);
  }

  /** Nothing can be recorded any more until the next start. */
  void failed(String why) {
    failure.lasting(why);
  }

  /** Ends all that is open. On the lane's thread, or when that is no more. */
  void close() {
    closed = true;
    for (JournalRecording recording : List.copyOf(openRecordings())) {
      recording.end(Frame.STOPPED, "the gateway stopped");
    }
  }

  Executor executor() {
    return executor;
  }

  private List<JournalRecording> openRecordings() {
    return bySlot.stream().filter(recording -> recording != null).toList();
  }

  /**
   * Half of the journal is kept for what one read of every connection makes; {@code ready} lets
   * nobody read into it.
   */
  private boolean enough() {
    return journal.room() >= journal.capacity() / 2;
  }

  private void failed() {
    resume(resumeReady);
    resume(resumeSettled);
  }

  private void resume(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // The event loop is gone, and with it whoever waited.
    }
  }

  private void resumeReady() {
    roomWanted = false;
    List<Runnable> now = waitingForRoom;
    waitingForRoom = new ArrayList<>();
    now.forEach(Runnable::run);
  }

  private void resumeSettled() {
    boolean failed = failure.lasts();
    for (Waiting next = waitingForDisk.peek();
        next != null && (failed || disk.covers(next.position()));
        next = waitingForDisk.peek()) {
      waitingForDisk.poll();
      next.later().run();
    }
  }
}
