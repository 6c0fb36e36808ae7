package dev.stepgate.recording;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how recordings are kept.
 *
 * @param directory the state directory; recordings go to {@code recordings} in it, the journal to
 *     {@code journal}. It belongs to one recorder at a time.
 * @param durability what an event survives before it counts as recorded
 * @param segmentBytes the size of one journal segment
 * @param segmentsPerLane how many segments a lane has; their whole size is taken on disk at start
 * @param captureBytes how much of an operation's response is kept in full; the rest is counted and
 *     digested
 * @param headInterval how often the head of a recording that advances is reported
 */
public record RecordingSettings(
    Path directory,
    Durability durability,
    int segmentBytes,
    int segmentsPerLane,
    long captureBytes,
    Duration headInterval) {

  /** Default size of a journal segment: 4 MiB. */
  public static final int DEFAULT_SEGMENT_BYTES = 4 << 20;

  /** Default number of segments of a lane. */
  public static final int DEFAULT_SEGMENTS_PER_LANE = 16;

  /** Default response capture: 1 MiB an operation. */
  public static final long DEFAULT_CAPTURE_BYTES = 1 << 20;

  /** Default interval between two heads of a recording: 10 s. */
  public static final Duration DEFAULT_HEAD_INTERVAL = Duration.ofSeconds(10);

  /** Smallest and largest segment, in bytes. */
  public static final int MIN_SEGMENT_BYTES = 4 << 10;

  /** Largest segment, in bytes. */
  public static final int MAX_SEGMENT_BYTES = 1 << 30;

  /** A lane writes into one segment while another is being emptied, and keeps one in reserve. */
  public static final int MIN_SEGMENTS_PER_LANE = 4;

  /** Checks the limits. */
  public RecordingSettings {
    within("journal segment size in bytes", segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    within("journal segments per lane", segmentsPerLane, MIN_SEGMENTS_PER_LANE, 1 << 12);
    within("response capture in bytes", captureBytes, 0, Long.MAX_VALUE);
    if (segmentBytes % 8 != 0) {
      throw new IllegalArgumentException(
          "journal segment size is " + segmentBytes + " bytes, must be a multiple of 8");
    }
    if (headInterval.isNegative() || headInterval.isZero()) {
      throw new IllegalArgumentException("head interval is " + headInterval + ", must be positive");
    }
  }

  /** The defaults, in {@code directory}. */
  public static RecordingSettings of(Path directory, Durability durability) {
    return new RecordingSettings(
        directory,
        durability,
        DEFAULT_SEGMENT_BYTES,
        DEFAULT_SEGMENTS_PER_LANE,
        DEFAULT_CAPTURE_BYTES,
        DEFAULT_HEAD_INTERVAL);
  }

  /** The same with another response capture. */
  public RecordingSettings withCaptureBytes(long bytes) {
    return new RecordingSettings(
        directory, durability, segmentBytes, segmentsPerLane, bytes, headInterval);
  }

  /** The same with another journal. */
  public RecordingSettings withJournal(int bytesOfSegment, int segments) {
    return new RecordingSettings(
        directory, durability, bytesOfSegment, segments, captureBytes, headInterval);
  }

  /** The directory that holds a directory per session. */
  public Path recordings() {
    return directory.resolve("recordings");
  }

  /** The directory of the journal. */
  Path journal() {
    return directory.resolve("journal");
  }

  private static void within(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " is " + value + ", must be from " + least + " to " + most);
    }
  }
}
