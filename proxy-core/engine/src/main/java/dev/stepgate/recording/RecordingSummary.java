package dev.stepgate.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What a recording's first and last line and its files' sizes say, without reading it whole and so
 * without checking it.
 *
 * @param header the first line
 * @param linesBytes the size of the lines file
 * @param bodiesBytes the size of the bodies file
 * @param end the end line; empty while the recording is live or was not finished
 */
public record RecordingSummary(
    Line.Header header, long linesBytes, long bodiesBytes, Optional<Line.End> end) {

  private static final int TAIL = 8 << 10;

  /** The longest header: six strings of at most six bytes a character, and whom it is of. */
  private static final int HEADER = 40 << 10;

  /** Of the recording with that lines file. */
  public static RecordingSummary of(Path lines) throws IOException, RecordingDamage {
    Path bodies = RecordingReader.bodiesOf(lines);
    try (FileChannel channel = FileChannel.open(lines, StandardOpenOption.READ)) {
      byte[] first = read(channel, 0, HEADER);
      int length = 0;
      while (length < first.length && first[length] != '\n') {
        length++;
      }
      Line.Header header = (Line.Header) new LineParser().parse(first, 0, length, 1);
      long bodiesBytes = Files.exists(bodies) ? Files.size(bodies) : 0;
      return new RecordingSummary(header, channel.size(), bodiesBytes, end(channel));
    }
  }

  /** Whether the recording with that lines file has an end line. */
  static boolean ended(Path lines) throws IOException {
    try (FileChannel channel = FileChannel.open(lines, StandardOpenOption.READ)) {
      return end(channel).isPresent();
    }
  }

  private static Optional<Line.End> end(FileChannel channel) throws IOException {
    byte[] tail = read(channel, Math.max(0, channel.size() - TAIL), TAIL);
    if (tail.length == 0 || tail[tail.length - 1] != '\n') {
      return Optional.empty();
    }
    int start = tail.length - 1;
    while (start > 0 && tail[start - 1] != '\n') {
      start--;
    }
    try {
      Line line = new LineParser().parse(tail, start, tail.length - 1 - start, 2);
      return line instanceof Line.End end ? Optional.of(end) : Optional.empty();
    } catch (RecordingDamage e) {
      return Optional.empty();
    }
  }

  private static byte[] read(FileChannel channel, long from, int most) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.min(most, Math.max(0, channel.size() - from)));
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
      // Until all is there.
    }
    byte[] read = new byte[buffer.position()];
    buffer.flip().get(read);
    return read;
  }
}
