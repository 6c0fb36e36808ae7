package dev.stepgate.gateway.exec;

import java.util.List;

/**
 * A piece of a session's recording, as it lies on disk.
 *
 * @param session the session's whole id
 * @param recordings the numbers of all its recordings
 * @param bytes what follows the place that was asked for; empty at the file's end
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares pieces
public record RecordingPiece(String session, List<Integer> recordings, byte[] bytes) {

  /** Copies the numbers. */
  public RecordingPiece {
    recordings = List.copyOf(recordings);
  }

  /**
   * Which piece.
   *
   * @param session a session's id, or the reference of one
   * @param recording the recording's number; 0 asks for the numbers alone
   * @param bodies of its bodies, else of its lines
   * @param at where the piece begins, in bytes
   */
  public record Wanted(String session, int recording, boolean bodies, long at) {}
}
