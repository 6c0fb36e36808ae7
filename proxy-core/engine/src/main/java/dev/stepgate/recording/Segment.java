package dev.stepgate.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * One file of a journal, mapped into memory. It begins with 64 bytes: a magic word, then the
 * <em>state</em>, then the <em>secret</em>, then zeros. The state is the number of the segment's
 * present use, counted over all segments of the lane; negative once all of its content is in the
 * recordings' files, where it is then zeroed. The secret is a random number that each frame's
 * checksum is mixed with, so that nobody whose bytes are recorded can make them look like a frame
 * to a later use.
 */
final class Segment {

  /** Where the first frame begins. */
  static final int FIRST = 64;

  private static final long MAGIC = 0x314e52554f4a4753L; // "SGJOURN1"
  private static final int STATE = 8;
  private static final int SECRET = 16;
  private static final int ZEROS = 1 << 16;
  private static final byte[] NOTHING = new byte[ZEROS];

  private final int index;
  private final Path file;
  private final MappedByteBuffer mapped;
  private final ByteBuffer scratch;
  private final Forcing forcing;

  private Segment(int index, Path file, MappedByteBuffer mapped, Forcing forcing) {
    this.index = index;
    this.file = file;
    this.mapped = mapped;
    this.forcing = forcing;
    this.scratch = mapped.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Maps an existing segment, whatever its size; null if the file is none, as one whose making was
   * cut short.
   */
  static Segment map(int index, Path file, Forcing forcing) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      if (size < RecordingSettings.MIN_SEGMENT_BYTES
          || size > RecordingSettings.MAX_SEGMENT_BYTES) {
        return null;
      }
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      mapped.order(ByteOrder.LITTLE_ENDIAN);
      return mapped.getLong(0) == MAGIC ? new Segment(index, file, mapped, forcing) : null;
    }
  }

  /**
   * Makes a segment whose whole size is on the disk: zeros are written rather than skipped, so that
   * no later store meets a full disk.
   */
  static Segment create(int index, Path file, int bytes, Forcing forcing) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            Ownership.FILE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS, bytes));
      for (long at = 0; at < bytes; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        at += channel.write(zeros, at);
      }
      ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      magic.putLong(0, MAGIC);
      channel.write(magic, 0);
      channel.force(true);
    }
    Segment segment = map(index, file, forcing);
    if (segment == null) {
      throw new IOException("a journal segment just written is none");
    }
    return segment;
  }

  int index() {
    return index;
  }

  Path file() {
    return file;
  }

  int size() {
    return mapped.capacity();
  }

  /** The content, for absolute access by any thread. */
  ByteBuffer content() {
    return mapped;
  }

  /** The content, for the writer alone: its position and limit move. */
  ByteBuffer scratch() {
    return scratch;
  }

  /** The number of the present use, negated when drained, 0 if never used. */
  long state() {
    return Frame.word(mapped, STATE);
  }

  /** The secret of the present use. */
  int secret() {
    return mapped.getInt(SECRET);
  }

  /** Begins a use. The state is one store, so that a crash leaves the old one or the new one. */
  void use(long number, int secret) {
    mapped.putInt(SECRET, secret);
    setState(number);
  }

  /** Says that all the content is in the recordings' files. */
  void drained() {
    long state = state();
    if (state > 0) {
      setState(-state);
    }
  }

  /**
   * Zeros the content up to {@code end}, once it is drained: what is withheld in the files one day
   * must not be left here.
   *
   * @param durable whether the state must be on the disk before: it tells a reader after the
   *     machine's death that zeros are no gap
   */
  void wipe(int end, boolean durable) {
    if (durable) {
      force(0, FIRST);
    }
    ByteBuffer to = mapped.duplicate().position(FIRST).limit(end);
    while (to.hasRemaining()) {
      to.put(NOTHING, 0, Math.min(NOTHING.length, to.remaining()));
    }
  }

  private void setState(long state) {
    Frame.commit(mapped, STATE, (int) state, (int) (state >> 32));
  }

  /** Brings bytes to the disk; throws UncheckedIOException if it cannot. */
  void force(int from, int to) {
    if (to > from) {
      forcing.range(file, mapped, from, to - from);
    }
  }
}
