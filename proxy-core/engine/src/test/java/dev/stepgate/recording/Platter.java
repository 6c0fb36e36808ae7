package dev.stepgate.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A disk that is sure to have only what was forced. When the power fails, of all else each sector
 * of a journal and some of each file's end may be there or not.
 */
class Platter implements Forcing {

  private static final int SECTOR = 512;
  private static final int MAGIC = Long.BYTES;

  private final RecordingSettings settings;
  private final Map<Path, byte[]> contents = new HashMap<>();
  private final Map<Path, Set<Path>> names = new HashMap<>();

  Platter(RecordingSettings settings) {
    this.settings = settings;
  }

  @Override
  public synchronized void range(Path file, MappedByteBuffer mapped, int from, int bytes) {
    byte[] image = contents.computeIfAbsent(file, made -> blank(mapped.capacity()));
    mapped.get(from, image, from, bytes);
  }

  @Override
  public synchronized void content(Path file, FileChannel channel) throws IOException {
    contents.put(file, Files.readAllBytes(file));
  }

  @Override
  public synchronized void directory(Path directory) {
    names.put(directory, Set.copyOf(list(directory)));
  }

  /** The power fails: what a new start of the machine finds, in {@code target}. */
  synchronized RecordingSettings fail(Path target, Random random) throws IOException {
    RecordingSettings found =
        new RecordingSettings(
            target,
            settings.durability(),
            settings.segmentBytes(),
            settings.segmentsPerLane(),
            settings.captureBytes(),
            settings.headInterval());
    for (Path lane : list(settings.journal())) {
      if (Files.isDirectory(lane)) {
        for (Path segment : list(lane)) {
          put(target, segment, segment(segment, random));
        }
      }
    }
    Files.writeString(found.journal().resolve("owner"), "process 1 since then\nanother boot\n");
    Files.createDirectories(found.recordings());
    for (Path session : names.getOrDefault(settings.recordings(), Set.of())) {
      for (Path file : names.getOrDefault(session, Set.of())) {
        put(target, file, end(file, random));
      }
    }
    return found;
  }

  private byte[] segment(Path file, Random random) throws IOException {
    byte[] live = Files.readAllBytes(file);
    byte[] image = contents.getOrDefault(file, blank(live.length)).clone();
    for (int at = 0; at < live.length; at += SECTOR) {
      if (random.nextBoolean()) {
        System.arraycopy(live, at, image, at, Math.min(SECTOR, live.length - at));
      }
    }
    return image;
  }

  private byte[] end(Path file, Random random) throws IOException {
    byte[] live = Files.readAllBytes(file);
    byte[] forced = contents.getOrDefault(file, new byte[0]);
    int more = Math.max(0, live.length - forced.length);
    return Arrays.copyOf(live, forced.length + (more == 0 ? 0 : random.nextInt(more + 1)));
  }

  private void put(Path target, Path file, byte[] bytes) throws IOException {
    Path copy = target.resolve(settings.directory().relativize(file).toString());
    Files.createDirectories(copy.getParent());
    Files.write(copy, bytes);
  }

  /** A segment as it was made. */
  private static byte[] blank(int bytes) {
    byte[] blank = new byte[bytes];
    System.arraycopy(
        "SGJOURN1".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, blank, 0, MAGIC);
    return blank;
  }

  private static Set<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
