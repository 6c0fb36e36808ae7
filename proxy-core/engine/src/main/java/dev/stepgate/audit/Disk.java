package dev.stepgate.audit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The few things that the log does to a file system. A seam: tests stand here to kill the writer
 * between any two of them.
 */
interface Disk {

  /** Writes a file anew. Neither atomic nor durable. */
  void write(Path file, byte[] bytes) throws IOException;

  /** Writes over the start of a file, made if need be; the rest of it stays. Forces the bytes. */
  void overwrite(Path file, byte[] bytes) throws IOException;

  /** Forces a file's bytes to the disk. */
  void force(Path file) throws IOException;

  /** Gives a file another name, in one step, in the place of whatever had it. */
  void rename(Path from, Path to) throws IOException;

  /** Makes a directory whose parent exists. */
  void makeDirectory(Path directory) throws IOException;

  /** Forces a directory's names to the disk. */
  void forceDirectory(Path directory) throws IOException;

  /** Removes a file or an empty directory if it is there. */
  void remove(Path path) throws IOException;

  /** Writes a file so that it is either the old or the new one, whenever the machine dies. */
  default void replace(Path file, byte[] bytes) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    write(unfinished, bytes);
    force(unfinished);
    rename(unfinished, file);
    forceDirectory(file.getParent());
  }
}
