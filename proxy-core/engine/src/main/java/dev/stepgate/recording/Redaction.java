package dev.stepgate.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Withholds bodies of an ended recording, for retention, redaction or an export: their regions
 * become zeros, and the proof still holds. The old bytes are overwritten in the file; what the file
 * system or the disk keeps of them elsewhere is beyond this.
 */
public final class Redaction {

  private static final int CHUNK = 64 << 10;

  private Redaction() {}

  /**
   * Withholds the bodies of some lines and waits for the disk. If it is cut short, a body may be
   * neither whole nor withheld, which a reader names; doing it again finishes it.
   *
   * @param lines the recording's lines file
   * @param which the lines whose bodies are withheld
   * @return how many bodies that were there are withheld now
   * @throws RecordingDamage if the lines are not what they should be
   * @throws IllegalStateException if the recording has not ended
   */
  public static long withhold(Path lines, Predicate<Line> which)
      throws IOException, RecordingDamage {
    RecordingSummary summary = RecordingSummary.of(lines);
    if (summary.end().isEmpty()) {
      throw new IllegalStateException(lines + " has not ended");
    }
    Path bodies = RecordingReader.bodiesOf(lines);
    if (!Files.exists(bodies)) {
      return 0;
    }
    try (RecordingReader reader = RecordingReader.linesOnly(lines);
        FileChannel channel = FileChannel.open(bodies, StandardOpenOption.WRITE)) {
      long count = 0;
      for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
        Body body = next.get().body();
        if (body.region() > 0 && which.test(next.get())) {
          zero(channel, body.at(), body.region());
          count++;
        }
      }
      channel.force(true);
      return count;
    }
  }

  private static void zero(FileChannel channel, long from, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(CHUNK, bytes));
    for (long at = from; at < from + bytes; ) {
      zeros.clear().limit((int) Math.min(CHUNK, from + bytes - at));
      at += channel.write(zeros, at);
    }
  }
}
