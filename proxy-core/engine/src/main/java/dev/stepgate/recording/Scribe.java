package dev.stepgate.recording;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Turns a lane's journal into files, on a thread of its own. It looks every few milliseconds rather
 * than being woken for each event: what it finds then goes into each file with one write.
 */
final class Scribe implements Runnable {

  /** So much of the journal is turned into lines before they are written. */
  private static final int BATCH_BYTES = 1 << 20;

  /**
   * After so much of the journal it offers its core to whoever waits for it: a loop that serves a
   * client comes first. Some tens of microseconds of work.
   */
  private static final int TURN_BYTES = 16 << 10;

  /** Longer naps save writes, shorter ones keep a batch short. */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final int lane;
  private final RecordingSettings settings;
  private final Journal journal;
  private final Sessions sessions;
  private final Failure failure;
  private final HeadListener heads;
  private final OpenFiles files;
  private final Pen pen;
  private final Cursor cursor;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Flush> flushes = new ConcurrentLinkedQueue<>();

  private final List<Transcript> bySlot = new ArrayList<>();
  private final Deque<Transcript> advanced = new ArrayDeque<>();
  private long lastReport = System.nanoTime();

  /** The oldest use of a segment that was not released. */
  private long oldest;

  /** Whether an event is under way, of which more frames follow, and the use that it began in. */
  private boolean underWay;

  private long beganIn;

  private volatile boolean closing;
  private volatile Runnable roomier = () -> {};
  private boolean drained;

  private record Flush(long position, CompletableFuture<Void> done) {}

  /** The recorder closes while this lane cannot write: the rest stays in the journal. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  Scribe(
      int lane,
      RecordingSettings settings,
      Journal journal,
      Sessions sessions,
      Failure failure,
      HeadListener heads,
      Salts salts,
      Forcing forcing) {
    this.lane = lane;
    this.settings = settings;
    this.journal = journal;
    this.sessions = sessions;
    this.failure = failure;
    this.heads = heads;
    this.files = new OpenFiles(settings.recordings(), durable(), forcing);
    this.pen = new Pen(salts);
    this.cursor = new Cursor(journal);
    this.oldest = cursor.use();
    this.thread = new Thread(this, "stepgate-scribe-" + lane);
    thread.setDaemon(true);
    failure.listen(this::failFlushes);
  }

  /**
   * @param onRoom run, on the scribe's thread, when segments were emptied
   */
  void start(Runnable onRoom) {
    roomier = onRoom;
    journal.onRoll(this::wake);
    thread.start();
  }

  /** Makes it look now. Any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Completes when all that is in the journal now is in the files. Any thread. */
  CompletableFuture<Void> flush() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    flushes.add(new Flush(journal.committed(), done));
    if (failure.sentence() != null || !thread.isAlive()) {
      failFlushes();
    }
    wake();
    return done;
  }

  /** Brings all into the files and stops; the thread that does so. */
  Thread stop() {
    closing = true;
    wake();
    return thread;
  }

  /** Whether, now that it has stopped, all of the journal is in the files. */
  boolean drained() {
    failFlushes();
    return drained;
  }

  @Override
  public void run() {
    try {
      long nap = BUSY_NANOS;
      while (!closing) {
        int bytes = pass();
        nap = bytes > 0 ? BUSY_NANOS : Math.min(2 * nap, IDLE_NANOS);
        if (bytes < BATCH_BYTES && !closing) {
          LockSupport.parkNanos(this, nap);
        }
      }
      while (pass() > 0) {
        // Until nothing is left: the lane takes no more events.
      }
      finish();
    } catch (Abandoned e) {
      // The next start finds the journal.
    } catch (RuntimeException | IOException | Error e) {
      failure.lasting("recordings cannot be written: " + e);
    } finally {
      files.close();
    }
  }

  private void finish() throws IOException {
    if (underWay) {
      return;
    }
    force();
    Segment last = journal.use(cursor.use());
    last.drained();
    last.wipe(last.size(), durable());
    drained = true;
  }

  /** Turns one batch of the journal into files; how many bytes it had. */
  private int pass() throws IOException {
    int bytes = 0;
    int turn = TURN_BYTES;
    while (bytes < BATCH_BYTES) {
      Frame frame = cursor.next();
      if (frame == null) {
        break;
      }
      bytes += frame.length();
      apply(frame);
      if (bytes >= turn) {
        turn = bytes + TURN_BYTES;
        giveWay();
      }
    }
    write();
    release();
    report();
    completeFlushes();
    return bytes;
  }

  /** A hint, on which nothing depends but the delay of those who wait for this core. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void giveWay() {
    Thread.yield();
  }

  private void apply(Frame frame) {
    if (!frame.continued()) {
      beganIn = cursor.use();
    }
    underWay = frame.more();
    Transcript transcript = frame.type() == Frame.OPEN ? open(frame) : bySlot.get(frame.slot());
    pen.apply(transcript, frame);
    if (transcript.ended) {
      bySlot.set(frame.slot(), null);
    }
  }

  private Transcript open(Frame frame) {
    RecordingName name = new RecordingName(frame.sessionHigh(), frame.sessionLow(), frame.number());
    Transcript transcript = new Transcript(name, settings.recordings());
    transcript.fresh = true;
    while (bySlot.size() <= frame.slot()) {
      bySlot.add(null);
    }
    bySlot.set(frame.slot(), transcript);
    return transcript;
  }

  private void write() {
    List<Transcript> dirty = pen.dirty();
    for (int i = 0; i < dirty.size(); i++) {
      Transcript transcript = dirty.get(i);
      pen.closeRest(transcript);
      writeUntilItIsThere(transcript);
      giveWay();
      pen.clean(transcript);
      if (transcript.ended) {
        ended(transcript);
      } else if (!transcript.awaitsReport) {
        transcript.awaitsReport = true;
        advanced.add(transcript);
      }
    }
    dirty.clear();
  }

  private void ended(Transcript transcript) {
    if (!durable()) {
      files.close(transcript);
    }
    tell(transcript);
    sessions.ended(transcript.session, transcript.name.number(), transcript.lines, transcript.head);
  }

  private void writeUntilItIsThere(Transcript transcript) {
    boolean stalled = false;
    while (true) {
      try {
        files.write(transcript);
        if (stalled) {
          failure.goesOn(lane);
        }
        return;
      } catch (FileAlreadyExistsException e) {
        throw new EvidenceException("there is a recording already: " + transcript.linesFile, e);
      } catch (IOException e) {
        stalled = true;
        failure.stalled(
            lane,
            "the recording " + transcript.linesFile + " cannot be written: " + e.getMessage());
        if (closing) {
          throw new Abandoned();
        }
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  /** Gives back the segments whose events are all in the files, whole. */
  private void release() throws IOException {
    long needed = underWay ? beganIn : cursor.use();
    if (oldest == needed) {
      return;
    }
    force();
    for (; oldest < needed; oldest++) {
      journal.release(journal.use(oldest), durable());
    }
    roomier.run();
  }

  private void force() throws IOException {
    if (durable()) {
      files.force();
    }
  }

  private boolean durable() {
    return settings.durability() == Durability.DISK;
  }

  private void report() {
    long now = System.nanoTime();
    if (now - lastReport < settings.headInterval().toNanos()) {
      return;
    }
    lastReport = now;
    for (Transcript next = advanced.poll(); next != null; next = advanced.poll()) {
      next.awaitsReport = false;
      if (!next.ended) {
        tell(next);
      }
    }
  }

  private void tell(Transcript transcript) {
    try {
      heads.reached(transcript.head());
    } catch (RuntimeException e) {
      failure.lasting("the log takes no heads of recordings: " + e.getMessage());
    }
  }

  private void completeFlushes() throws IOException {
    for (Flush next = flushes.peek();
        next != null && next.position() <= cursor.position();
        next = flushes.peek()) {
      force();
      flushes.remove(next);
      next.done().complete(null);
    }
  }

  private void failFlushes() {
    String why = failure.sentence();
    EvidenceException failed = new EvidenceException(why == null ? "the recorder is closed" : why);
    for (Flush next = flushes.poll(); next != null; next = flushes.poll()) {
      next.done().completeExceptionally(failed);
    }
  }
}
