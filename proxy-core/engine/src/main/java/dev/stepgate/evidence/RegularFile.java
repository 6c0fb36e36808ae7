package dev.stepgate.evidence;

import dev.stepgate.audit.note.Shown;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Evidence lies in regular files: a pipe or a device may have no end, or never begin. */
public final class RegularFile {

  private RegularFile() {}

  /**
   * Checks it; a symbolic link may lead to one.
   *
   * @throws IOException naming the file, if it is missing or of another kind
   */
  public static void require(Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      return;
    }
    String name = Shown.of(file.toString());
    if (Files.notExists(file)) {
      throw new NoSuchFileException(name, null, "does not exist");
    }
    throw new FileSystemException(
        name, null, Files.isDirectory(file) ? "is a directory" : "is no regular file");
  }
}
