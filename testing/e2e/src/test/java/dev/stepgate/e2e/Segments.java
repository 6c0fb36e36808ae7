package dev.stepgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A journal's segments, of which only the states are read: {@code docs/specs/journal.md}. */
final class Segments {

  private static final int STATE = 8;

  private Segments() {}

  /** How many lanes there are. */
  static int lanes(Path state) {
    return directories(state).size();
  }

  /** How often a segment was begun, in all lanes. */
  static long uses(Path state) {
    return directories(state).stream().mapToLong(Segments::newest).sum();
  }

  private static List<Path> directories(Path state) {
    return list(state.resolve("journal")).stream().filter(Files::isDirectory).toList();
  }

  private static long newest(Path lane) {
    return list(lane).stream().mapToLong(Segments::state).map(Math::abs).max().orElse(0);
  }

  private static long state(Path segment) {
    try (InputStream in = Files.newInputStream(segment)) {
      byte[] head = in.readNBytes(STATE + Long.BYTES);
      return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(STATE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
