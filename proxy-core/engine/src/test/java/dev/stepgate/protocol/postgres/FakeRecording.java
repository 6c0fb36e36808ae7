package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Recording;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A recording in memory that refuses what a real one could not make sense of. */
final class FakeRecording implements Recording {

  /** One operation as it was recorded. */
  static final class Operated {
    final long number;
    final Operation operation;
    final String request;
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    final ByteArrayOutputStream response = new ByteArrayOutputStream();
    Outcome outcome;
    long rows;

    Operated(long number, Operation operation, String request) {
      this.number = number;
      this.operation = operation;
      this.request = request;
    }

    @Override
    public String toString() {
      return number + " " + operation.kind() + " of " + operation.subject() + " " + outcome;
    }
  }

  final Map<Long, Operated> operations = new LinkedHashMap<>();

  /** Everything in order, a line each: {@code request 1}, {@code note sync}, {@code outcome 1}. */
  final List<String> events = new ArrayList<>();

  /** The notes in order, each with its text. */
  final List<String> notes = new CopyOnWriteArrayList<>();

  /** Whatever the client was about to see, in order. */
  final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  /** Whatever the client sent, in order. */
  final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  String ended;
  boolean full;
  boolean unsettled;
  Runnable whenSettled;
  boolean unready;
  Runnable whenReady;

  private void check() {
    if (full) {
      throw new EvidenceException("no space left on the evidence device");
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private Operated open(long number) {
    Operated operated = operations.get(number);
    if (operated == null || operated.outcome != null) {
      throw new AssertionError("operation " + number + " is not open: " + operated);
    }
    return operated;
  }

  @Override
  public void request(long number, Operation operation, ByteBuffer body) {
    check();
    if (number != operations.size() + 1) {
      throw new AssertionError("operation " + number + " after " + operations.size());
    }
    byte[] bytes = bytes(body);
    sent.writeBytes(bytes);
    operations.put(
        number, new Operated(number, operation, new String(bytes, StandardCharsets.ISO_8859_1)));
    events.add("request " + number);
  }

  @Override
  public void requestData(long number, ByteBuffer piece) {
    check();
    byte[] bytes = bytes(piece);
    sent.writeBytes(bytes);
    open(number).data.writeBytes(bytes);
    events.add("data " + number);
  }

  @Override
  public void response(long number, ByteBuffer piece) {
    check();
    byte[] bytes = bytes(piece);
    seen.writeBytes(bytes);
    open(number).response.writeBytes(bytes);
    events.add("response " + number);
  }

  @Override
  public void outcome(long number, Outcome outcome, long rows, ByteBuffer last) {
    check();
    byte[] bytes = bytes(last);
    seen.writeBytes(bytes);
    Operated operated = open(number);
    operated.response.writeBytes(bytes);
    operated.outcome = outcome;
    operated.rows = rows;
    events.add("outcome " + number);
  }

  @Override
  public void note(String kind, ByteBuffer body) {
    check();
    byte[] bytes = bytes(body);
    if (kind.equals(Answers.NOTE)) {
      seen.writeBytes(bytes);
    } else if (kind.equals(Frontend.NOTE)) {
      sent.writeBytes(bytes);
    }
    events.add("note " + kind);
    notes.add(kind + " " + new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @Override
  public boolean settled(Runnable later) {
    check();
    whenSettled = unsettled ? later : null;
    return !unsettled;
  }

  @Override
  public boolean ready(Runnable later) {
    check();
    whenReady = unready ? later : null;
    return !unready;
  }

  @Override
  public void end(String reason) {
    ended = reason;
    events.add("end");
  }
}
