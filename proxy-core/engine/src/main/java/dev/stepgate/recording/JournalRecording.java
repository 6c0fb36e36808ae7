package dev.stepgate.recording;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.nio.ByteBuffer;

/** A recording that is written into a lane's journal, from where its scribe makes the file. */
final class JournalRecording implements Recording {

  /** One event holds at most so many bytes of data or response. */
  static final int PIECE = 64 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int MAX_NOTE = 32;
  private static final long NANOS_PER_MICRO = 1_000;

  final long sessionHigh;
  final long sessionLow;
  final int number;
  final int slot;
  long event;

  private final Lane lane;
  private final Journal journal;
  private final long capture;
  private final int piece;
  private final long openedNanos;
  private long lastPosition;
  private boolean ended;

  /** The operation whose response is under way, and how many bytes of it were sent. */
  private long responding;

  private long sent;

  JournalRecording(Lane lane, Journal journal, RecordingName name, int slot, long capture) {
    this.lane = lane;
    this.journal = journal;
    this.sessionHigh = name.high();
    this.sessionLow = name.low();
    this.number = name.number();
    this.slot = slot;
    this.capture = capture;
    this.piece = Math.min(PIECE, journal.maxBody());
    this.openedNanos = lane.nanos();
  }

  /** Writes the opening frame. */
  void open(long openedMicros, Durability durability, String text) {
    event(Frame.OPEN, durability.code(), 0, openedMicros, capture, text, NOTHING, 0, 0);
  }

  /** Microseconds since the opening. */
  long now() {
    return (lane.nanos() - openedNanos) / NANOS_PER_MICRO;
  }

  @Override
  public void request(long operation, Operation what, ByteBuffer body) {
    event(
        Frame.REQUEST,
        what.kind().code(),
        operation,
        what.subject(),
        0,
        "",
        body,
        body.position(),
        body.remaining());
  }

  @Override
  public void requestData(long operation, ByteBuffer data) {
    journal.requireRoom(data.remaining());
    for (int at = data.position(); at < data.limit(); at += piece) {
      int bytes = Math.min(piece, data.limit() - at);
      event(Frame.DATA, 0, operation, 0, 0, "", data, at, bytes);
    }
  }

  @Override
  public void response(long operation, ByteBuffer data) {
    journal.requireRoom(data.remaining());
    respondingTo(operation);
    int at = data.position();
    while (at < data.limit()) {
      int bytes = Math.min(piece, data.limit() - at);
      long kept = Math.max(0, capture - sent);
      byte type = kept == 0 ? Frame.REST : Frame.RESPONSE;
      if (kept > 0) {
        bytes = (int) Math.min(bytes, kept);
      }
      event(type, 0, operation, 0, 0, "", data, at, bytes);
      sent += bytes;
      at += bytes;
    }
  }

  @Override
  public void outcome(long operation, Outcome outcome, long rows, ByteBuffer last) {
    respondingTo(operation);
    boolean alone = last.remaining() <= piece && sent + last.remaining() <= capture;
    if (!alone) {
      response(operation, last);
    }
    int bytes = alone ? last.remaining() : 0;
    event(
        Frame.OUTCOME,
        outcome.status().code(),
        operation,
        rows,
        sent == 0 ? 0 : sent + bytes,
        shortened(outcome.code(), Journal.MAX_TEXT),
        last,
        last.position(),
        bytes);
  }

  @Override
  public void note(String kind, ByteBuffer body) {
    event(
        Frame.NOTE, 0, 0, 0, 0, shortened(kind, MAX_NOTE), body, body.position(), body.remaining());
  }

  @Override
  public boolean settled(Runnable later) {
    return lane.settled(lastPosition, later);
  }

  @Override
  public boolean ready(Runnable later) {
    return lane.ready(later);
  }

  @Override
  public void end(String reason) {
    end(0, reason);
  }

  /** Ends it unless it has ended; {@code code} is 0 or {@link Frame#STOPPED}. */
  void end(int code, String reason) {
    if (ended) {
      return;
    }
    ended = true;
    try {
      String text = shortened(reason, Journal.MAX_TEXT);
      journal.append(this, Frame.END, code, 0, 0, 0, text, NOTHING, 0, 0);
    } catch (EvidenceException | InternalError e) {
      // The journal keeps room for each end. Should it fail all the same, the next start ends the
      // recording as interrupted: it is what the journal proves.
      lane.failed("a recording's end could not be written: " + e.getMessage());
    } finally {
      lane.ended(this);
    }
  }

  private void respondingTo(long operation) {
    if (responding != operation) {
      responding = operation;
      sent = 0;
    }
  }

  private void event(
      byte type,
      int code,
      long operation,
      long extra,
      long total,
      String text,
      ByteBuffer body,
      int from,
      int bytes) {
    if (ended) {
      throw new EvidenceException("the recording has ended");
    }
    try {
      journal.append(this, type, code, operation, extra, total, text, body, from, bytes);
    } catch (InternalError e) {
      // What a store into a mapped file becomes when the file system cannot take it.
      String why = "the journal's disk failed: " + e.getMessage();
      lane.failed(why);
      throw new EvidenceException(why, e);
    }
    event++;
    lastPosition = journal.committed();
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
