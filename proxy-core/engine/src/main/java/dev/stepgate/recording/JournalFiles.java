package dev.stepgate.recording;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The journal's files: {@code journal/<lane>/<index>.segment}. */
final class JournalFiles {

  private static final Pattern LANE = Pattern.compile("\\d{1,4}");
  private static final Pattern SEGMENT = Pattern.compile("(\\d{1,4})\\.segment");

  private final Path directory;
  private final Forcing forcing;

  JournalFiles(Path directory, Forcing forcing) {
    this.directory = directory;
    this.forcing = forcing;
  }

  /** All segments that are there, by lane. */
  Map<Integer, List<Segment>> found() throws IOException {
    Map<Integer, List<Segment>> lanes = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (LANE.matcher(name).matches() && Files.isDirectory(entry)) {
          lanes.put(Integer.parseInt(name), segments(entry));
        }
      }
    }
    return lanes;
  }

  private List<Segment> segments(Path lane) throws IOException {
    List<Segment> segments = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(lane)) {
      for (Path file : files) {
        var name = SEGMENT.matcher(file.getFileName().toString());
        Segment segment =
            name.matches() ? Segment.map(Integer.parseInt(name.group(1)), file, forcing) : null;
        if (segment != null) {
          segments.add(segment);
        }
      }
    }
    return segments;
  }

  /**
   * The segments of a lane: those that are there, made if they are not. All are drained.
   *
   * @param there what {@link #found} found of this lane, drained since
   */
  Segment[] lane(int lane, List<Segment> there, RecordingSettings settings) throws IOException {
    Path home = directory.resolve(String.valueOf(lane));
    if (!Files.isDirectory(home)) {
      Files.createDirectory(home, Ownership.DIRECTORY);
    }
    Segment[] segments = new Segment[settings.segmentsPerLane()];
    for (Segment segment : there) {
      if (segment.index() < segments.length && segment.size() == settings.segmentBytes()) {
        segments[segment.index()] = segment;
      } else {
        Files.delete(segment.file());
      }
    }
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] == null) {
        segments[i] = create(i, home.resolve(i + ".segment"), settings.segmentBytes());
      }
    }
    return segments;
  }

  private Segment create(int index, Path file, int bytes) throws IOException {
    try {
      return Segment.create(index, file, bytes, forcing);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** The number of the next use of any of these segments. */
  static long nextUse(List<Segment> segments) {
    return segments.stream().mapToLong(segment -> Math.abs(segment.state())).max().orElse(0) + 1;
  }
}
