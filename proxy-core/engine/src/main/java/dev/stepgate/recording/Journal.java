package dev.stepgate.recording;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;

/**
 * A lane's journal, its writing side: frames go into the current segment one after the other; when
 * it is full, a roll frame names the next. Confined to the lane's thread, but for what is marked.
 * Segments that a scribe has emptied are taken again, the last one first, so that a journal that is
 * kept empty stays in few pages of memory.
 */
final class Journal {

  /** The longest text of a frame, in characters, but for an opening's. */
  static final int MAX_TEXT = 200;

  /** The longest text of an opening, in characters. */
  static final int MAX_OPEN_TEXT = 18 << 10;

  private static final int ROLL_BYTES = Frame.HEADER;
  private static final int END_BYTES = Frame.aligned(Frame.HEADER + 2 * MAX_TEXT);

  private final Segment[] segments;
  private final Failure failure;
  private final int maxBody;
  private final int maxOpenText;
  private final int usable;
  private final CRC32C crc = new CRC32C();
  private final int secret = new SecureRandom().nextInt();

  private final ConcurrentLinkedDeque<Segment> free = new ConcurrentLinkedDeque<>();
  private final AtomicInteger freeCount = new AtomicInteger();
  private final AtomicReferenceArray<Segment> uses;
  private final AtomicLong committed = new AtomicLong();
  private volatile Runnable rolled = () -> {};

  private Segment segment;
  private ByteBuffer content;
  private int end;
  private int position;
  private long use;
  private int open;

  /**
   * A journal over drained segments of one size.
   *
   * @param use the number of the first use, greater than that of every use before
   */
  Journal(Segment[] segments, long use, Failure failure) {
    this.segments = segments.clone();
    this.failure = failure;
    int size = segments[0].size();
    int half = (size - Segment.FIRST - ROLL_BYTES) / 2 & -Frame.ALIGNMENT;
    this.maxBody = Math.min(Frame.MAX_BODY, half - Frame.HEADER - 2 * MAX_TEXT);
    this.maxOpenText = Math.min(MAX_OPEN_TEXT, (half - Frame.HEADER) / 2);
    int largest = Frame.aligned(Frame.HEADER + Math.max(2 * MAX_TEXT + maxBody, 2 * maxOpenText));
    this.usable = size - Segment.FIRST - ROLL_BYTES - largest;
    this.uses = new AtomicReferenceArray<>(segments.length);
    for (int i = segments.length - 1; i > 0; i--) {
      free.push(segments[i]);
    }
    freeCount.set(segments.length - 1);
    begin(segments[0], use);
    committed.set(position(use, position));
  }

  /** The largest body that one frame takes. */
  int maxBody() {
    return maxBody;
  }

  /** The longest text of an opening that one frame of these segments takes, in characters. */
  int maxOpenText() {
    return maxOpenText;
  }

  /** What is done on the lane's thread each time that a segment is full. */
  void onRoll(Runnable action) {
    rolled = action;
  }

  /** Bytes of events that surely fit in now. Any thread may ask for an estimate. */
  long room() {
    return (long) Math.max(0, freeCount.get() - reservedForEnds()) * usable;
  }

  /** Bytes of events that fit into the empty journal. */
  long capacity() {
    return (long) (segments.length - 1) * usable;
  }

  /** Counts a recording in, for whose end room is kept, or out. */
  void opened(int change) {
    open += change;
  }

  /** How far frames were committed, as {@link #position(long, int)}. Any thread. */
  long committed() {
    return committed.getAcquire();
  }

  /** A place in the journal as one growing number. */
  static long position(long use, int offset) {
    return use << 32 | offset;
  }

  /** The segment of a use, unless it was taken for a later one since. Any thread. */
  Segment use(long number) {
    return uses.get((int) (number % segments.length));
  }

  /** The segment with that index. Any thread. */
  Segment segment(int index) {
    return segments[index];
  }

  /**
   * Takes a segment back, whose content is in the recordings' files. The scribe's thread.
   *
   * @param durable whether these are on the disk and the journal shall be
   */
  void release(Segment emptied, boolean durable) {
    emptied.drained();
    emptied.wipe(emptied.size(), durable);
    free.push(emptied);
    freeCount.incrementAndGet();
  }

  /**
   * Throws unless {@code bytes} of bodies fit in.
   *
   * @throws EvidenceException if the journal is broken or full
   */
  void requireRoom(long bytes) {
    failure.check();
    if (bytes > maxBody && framed(bytes) > room()) {
      throw full(framed(bytes));
    }
  }

  /** What bodies take in frames: a header and alignment each, none smaller than it must be. */
  private long framed(long bytes) {
    return bytes + (bytes / maxBody + 2) * (Frame.HEADER + Frame.ALIGNMENT);
  }

  /**
   * Appends an event: one frame, or several if its body does not fit in one; all or, if it throws,
   * nothing that a reader would take for an event.
   *
   * @throws EvidenceException if the journal is broken or full
   */
  void append(
      JournalRecording recording,
      byte type,
      int code,
      long operation,
      long extra,
      long total,
      String text,
      ByteBuffer body,
      int from,
      int bytes) {
    if (type == Frame.END) {
      begin(recording, type, code, operation, extra, total, text, bytes, 0);
      commit(Frame.HEADER + 2 * text.length());
      return;
    }
    requireRoom(bytes);
    int at = from;
    int rest = bytes;
    int flags = 0;
    String words = text;
    do {
      int piece = Math.min(rest, maxBody);
      rest -= piece;
      int start =
          begin(
              recording,
              type,
              code,
              operation,
              extra,
              total,
              words,
              piece,
              rest > 0 ? flags | Frame.MORE : flags);
      content.put(start, body, at, piece);
      commit(Frame.HEADER + 2 * words.length() + piece);
      at += piece;
      flags = Frame.CONTINUED;
      words = "";
    } while (rest > 0);
  }

  /** Writes all of a frame but its body and answers where that belongs. */
  private int begin(
      JournalRecording recording,
      byte type,
      int code,
      long operation,
      long extra,
      long total,
      String text,
      int bodyBytes,
      int flags) {
    int bytes = Frame.aligned(Frame.HEADER + 2 * text.length() + bodyBytes);
    if (bytes > end - position) {
      roll(type == Frame.END ? 1 : 1 + reservedForEnds());
    }
    ByteBuffer to = content;
    int at = position;
    to.putInt(at + Frame.TYPE, (code & 0xff) << 16 | flags << 8 | type);
    to.putLong(at + Frame.SESSION_HIGH, recording.sessionHigh);
    to.putLong(at + Frame.SESSION_LOW, recording.sessionLow);
    to.putInt(at + Frame.NUMBER, recording.number);
    to.putInt(at + Frame.SLOT, recording.slot);
    to.putLong(at + Frame.TIME, recording.now());
    to.putLong(at + Frame.OPERATION, operation);
    to.putLong(at + Frame.EXTRA, extra);
    to.putLong(at + Frame.TOTAL, total);
    to.putLong(at + Frame.EVENT, recording.event);
    to.putLong(at + Frame.TEXT, 2L * text.length());
    int textAt = at + Frame.HEADER;
    for (int i = 0; i < text.length(); i++) {
      to.putChar(textAt + 2 * i, text.charAt(i));
    }
    return textAt + 2 * text.length();
  }

  private void commit(int bytes) {
    content.putInt(
        position + Frame.CRC, Frame.crc(segment.scratch(), position, bytes, secret, crc));
    int next = position + Frame.aligned(bytes);
    if (next <= content.capacity() - Long.BYTES) {
      // What an earlier use left there is any bytes at all, which can look like a first word of
      // this use (a connection's number beside its slot does): until a frame begins there, it is
      // nothing.
      content.putLong(next, 0);
    }
    Frame.commit(content, position, bytes, (int) use);
    position = next;
    committed.setRelease(position(use, position));
  }

  private void roll(int needed) {
    Segment next = freeCount.get() < needed ? null : free.poll();
    if (next == null) {
      throw full(0);
    }
    freeCount.decrementAndGet();
    next.use(use + 1, secret);
    content.putInt(position + Frame.TYPE, Frame.ROLL);
    content.putLong(position + Frame.EXTRA, next.index());
    content.putLong(position + Frame.TEXT, 0);
    commit(ROLL_BYTES);
    begin(next, use + 1);
    committed.setRelease(position(use, position));
    rolled.run();
  }

  private void begin(Segment taken, long number) {
    segment = taken;
    content = taken.content();
    end = taken.size() - ROLL_BYTES;
    position = Segment.FIRST;
    use = number;
    uses.set((int) (number % segments.length), taken);
    taken.use(number, secret);
  }

  private int reservedForEnds() {
    return (int) (((long) open * END_BYTES + usable - 1) / usable);
  }

  private EvidenceException full(long bytes) {
    return new EvidenceException(
        bytes <= capacity()
            ? "the journal is full: recordings are written more slowly than operations come"
            : "an event takes "
                + bytes
                + " bytes of the journal, which has "
                + capacity()
                + " (journal segment size and number)");
  }
}
