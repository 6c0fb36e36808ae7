package dev.stepgate.recording;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of a recording as {@code docs/specs/recording.md} describes it. {@code time} is
 * microseconds since the recording was opened. Words that this version does not know are kept as
 * they are.
 */
public sealed interface Line {

  /** Microseconds since the recording was opened; 0 for the header. */
  long time();

  /** The line's body. */
  Body body();

  /** The first line. */
  record Header(
      String recording,
      String session,
      String gateway,
      String target,
      String protocol,
      String peer,
      Instant opened,
      String durability,
      long capture,
      Who who)
      implements Line {
    @Override
    public long time() {
      return 0;
    }

    @Override
    public Body body() {
      return Body.EMPTY;
    }
  }

  /** Something that is no operation. */
  record Note(long time, String kind, Body body) implements Line {}

  /** An operation was asked for; {@code subject} is the operation that it goes on with, or 0. */
  record Request(long time, long operation, String kind, long subject, Body body) implements Line {}

  /** A piece of the client's data within an operation. */
  record Data(long time, long operation, Body body) implements Line {}

  /** A piece of what the client was about to see. */
  record Response(long time, long operation, Body body) implements Line {}

  /**
   * {@code pieces} pieces of what the client was about to see, counted and digested only.
   *
   * @param salt SHA-256 of the salt, in base64
   */
  record Rest(long time, long operation, long pieces, Body body, String salt) implements Line {}

  /**
   * An operation ended.
   *
   * @param code the error code or the refusing rule, or the empty string
   * @param bytes all that the client was sent within it
   */
  record Result(
      long time, long operation, String status, String code, long rows, long bytes, Body body)
      implements Line {}

  /**
   * The last line.
   *
   * @param interrupted whether the gateway, not the client or the server, ended it
   * @param found when a later start found it open, if one did
   * @param tail {@code whole} or {@code unknown} if a later start ended it, else empty
   */
  record End(
      long time,
      String reason,
      long operations,
      long refused,
      boolean interrupted,
      Optional<Instant> found,
      String tail)
      implements Line {
    @Override
    public Body body() {
      return Body.EMPTY;
    }
  }

  /** A line that a later version wrote. */
  record Unknown(long time, Body body) implements Line {}
}
