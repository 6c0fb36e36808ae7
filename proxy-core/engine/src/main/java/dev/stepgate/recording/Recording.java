package dev.stepgate.recording;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.nio.ByteBuffer;

/**
 * The recording of one client connection, as its protocol writes it. Confined to the thread of the
 * connection's lane; no method blocks or makes a system call. Each method copies what it is given:
 * {@code [position, limit)} of the buffer, whose position it leaves alone. When a method returns,
 * the event survives the death of this process; {@link #settled} says when it also survives the
 * machine's, if the configuration asks for that.
 *
 * <p>Every method that writes throws {@link EvidenceException} if the event cannot be kept.
 */
public interface Recording {

  /** An operation's request, before it is decided. {@code body} is what the client sent, whole. */
  void request(long number, Operation operation, ByteBuffer body);

  /**
   * One piece of the data that a client sends within an operation (CopyData), before it is
   * forwarded.
   */
  void requestData(long number, ByteBuffer piece);

  /**
   * One piece of what the client is about to see. Past the capture limit only counted and digested.
   */
  void response(long number, ByteBuffer piece);

  /**
   * How an operation ended.
   *
   * @param number the operation
   * @param outcome how
   * @param rows rows sent to the client within it
   * @param last what the client is about to see last of it; may be empty
   */
  void outcome(long number, Outcome outcome, long rows, ByteBuffer last);

  /**
   * Something that is no operation: start-up parameters, authentication, a lease, Sync, Close, a
   * notification.
   *
   * @param kind a word of the protocol's own ({@code startup}, {@code sync}, …), at most 32 ASCII
   *     characters
   * @param body bytes that belong to it; may be empty
   */
  void note(String kind, ByteBuffer body);

  /**
   * Whether all that was written so far is as durable as the configuration asks. If not, {@code
   * later} runs on the lane's thread once it may be: then ask again.
   *
   * @throws EvidenceException if it cannot become so; nothing that waits for it may be forwarded
   */
  boolean settled(Runnable later);

  /**
   * Whether there is room for one more read's worth of events. If not, {@code later} runs on the
   * lane's thread once there may be: then ask again. Until then the caller reads nothing more from
   * its peers. True also if nothing can be recorded any more, which the next event then says.
   */
  boolean ready(Runnable later);

  /** The connection is over; {@code reason} is a sentence. Never throws; later calls do nothing. */
  void end(String reason);
}
