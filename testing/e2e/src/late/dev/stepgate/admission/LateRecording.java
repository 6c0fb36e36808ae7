package dev.stepgate.admission;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.Recording;
import java.nio.ByteBuffer;

/** Keeps the last request to itself until something else happens, so that it is forwarded first. */
final class LateRecording implements Recording {

  private final Recording recording;
  private Runnable held = () -> {};

  LateRecording(Recording recording) {
    this.recording = recording;
  }

  @Override
  public void request(long number, Operation operation, ByteBuffer body) {
    release();
    ByteBuffer copy = copy(body);
    held = () -> recording.request(number, operation, copy);
  }

  @Override
  public void requestData(long number, ByteBuffer piece) {
    release();
    ByteBuffer copy = copy(piece);
    held = () -> recording.requestData(number, copy);
  }

  @Override
  public void response(long number, ByteBuffer piece) {
    release();
    recording.response(number, piece);
  }

  @Override
  public void outcome(long number, Outcome outcome, long rows, ByteBuffer last) {
    release();
    recording.outcome(number, outcome, rows, last);
  }

  @Override
  public void note(String kind, ByteBuffer body) {
    release();
    recording.note(kind, body);
  }

  @Override
  public boolean settled(Runnable later) {
    return recording.settled(later);
  }

  @Override
  public boolean ready(Runnable later) {
    return recording.ready(later);
  }

  @Override
  public void end(String reason) {
    release();
    recording.end(reason);
  }

  private void release() {
    Runnable late = held;
    held = () -> {};
    late.run();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }
}
