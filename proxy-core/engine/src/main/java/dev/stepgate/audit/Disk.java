package dev.stepgate.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The few things that the log does to a file system. A seam: tests stand here to kill the writer
 * between any two of them.
 */
interface Disk {

  /** The real one. */
  Disk LOCAL = new Local();

  /** Writes a file anew and forces its bytes to the disk. Not atomic. */
  void write(Path file, byte[] bytes) throws IOException;

  /** Gives a file another name, in one step, in the place of whatever had it. */
  void rename(Path from, Path to) throws IOException;

  /** Makes a directory whose parent exists. */
  void makeDirectory(Path directory) throws IOException;

  /** Forces a directory's names to the disk. */
  void forceDirectory(Path directory) throws IOException;

  /** Removes a file or an empty directory if it is there. */
  void remove(Path path) throws IOException;

  /** Calls to {@link Files} and {@link FileChannel}. */
  final class Local implements Disk {

    private static final Set<StandardOpenOption> ANEW =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    private static final FileAttribute<?> FILE =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> DIRECTORY =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
      try (FileChannel channel = FileChannel.open(file, ANEW, FILE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
      Files.createDirectory(directory, DIRECTORY);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }

    @Override
    public void remove(Path path) throws IOException {
      Files.deleteIfExists(path);
    }
  }
}
