package dev.stepgate.recording;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Brings to the disk what was written, so that it outlives the machine. Tests put one in its place
 * that remembers what got there.
 */
interface Forcing {

  /** Asks the operating system. */
  Forcing REAL =
      new Forcing() {
        @Override
        public void range(Path file, MappedByteBuffer mapped, int from, int bytes) {
          mapped.force(from, bytes);
        }

        @Override
        public void content(Path file, FileChannel channel) throws IOException {
          channel.force(false);
        }

        @Override
        public void directory(Path directory) throws IOException {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };

  /** Some bytes of a mapped file; throws UncheckedIOException if that cannot be. */
  void range(Path file, MappedByteBuffer mapped, int from, int bytes);

  /** All that was written to a file. */
  void content(Path file, FileChannel channel) throws IOException;

  /** The names in a directory. */
  void directory(Path directory) throws IOException;
}
