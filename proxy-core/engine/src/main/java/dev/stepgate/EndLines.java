package dev.stepgate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the last lines of a session's recordings say about the whole: {@code
 * docs/specs/recording.md}, "Events". Recovery has ended every recording by the time this is asked.
 */
final class EndLines {

  /** The longest line, in bytes, by the format's specification. */
  private static final int MAX_LINE_BYTES = 65_536;

  private static final ObjectMapper JSON = new ObjectMapper();

  private EndLines() {}

  /** The operations of all recordings in {@code directory}; none if it is not there. */
  static SessionLog.Counts of(Path directory) throws IOException {
    long operations = 0;
    long refused = 0;
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jsonl")) {
        for (Path file : files) {
          JsonNode end = last(file);
          operations += end.path("operations").asLong();
          refused += end.path("refused").asLong();
        }
      }
    }
    return new SessionLog.Counts(operations, refused);
  }

  private static JsonNode last(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      int size = (int) Math.min(in.length(), MAX_LINE_BYTES);
      byte[] tail = new byte[size];
      in.seek(in.length() - size);
      in.readFully(tail);
      int end = size > 0 && tail[size - 1] == '\n' ? size - 1 : size;
      int start = end;
      while (start > 0 && tail[start - 1] != '\n') {
        start--;
      }
      return JSON.readTree(tail, start, end - start);
    }
  }
}
