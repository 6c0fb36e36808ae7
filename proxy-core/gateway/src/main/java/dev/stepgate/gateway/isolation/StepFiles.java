package dev.stepgate.gateway.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a step in a directory of their own, removed at the end.
 *
 * <p>A step's own user owns the files and may only read them. Where root makes them for it, the
 * directory stays root's and the step may not write it, so that nothing the step does in there can
 * lead the removal elsewhere.
 */
public final class StepFiles implements AutoCloseable {

  private static final Path NOWHERE = Path.of("/nonexistent");

  private final Path directory;
  private final List<Path> files = new ArrayList<>();

  private StepFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes {@code files}, name to content. Where there are none there is no directory either, so
   * that a process that is killed leaves none behind.
   *
   * @param owner whose they are, if not this process's user's
   */
  public static StepFiles write(Map<String, String> files, Optional<OsUser> owner)
      throws IOException {
    if (files.isEmpty()) {
      return new StepFiles(NOWHERE);
    }
    Path directory =
        Files.createTempDirectory(
            "stepgate-step-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    StepFiles written = new StepFiles(directory);
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        written.add(file.getKey(), file.getValue(), owner);
      }
      if (owner.isPresent()) {
        Files.setAttribute(directory, "unix:gid", owner.get().gid());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
      }
      return written;
    } catch (IOException e) {
      written.close();
      throw e;
    }
  }

  private void add(String name, String content, Optional<OsUser> owner) throws IOException {
    Path file = directory.resolve(name);
    if (!directory.equals(file.getParent())) {
      throw new IOException("a step's file must have a plain name: " + name);
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    files.add(file);
    Files.write(
        file, content.getBytes(StandardCharsets.UTF_8), StandardOpenOption.TRUNCATE_EXISTING);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    if (owner.isPresent()) {
      Files.setAttribute(file, "unix:uid", owner.get().uid());
      Files.setAttribute(file, "unix:gid", owner.get().gid());
    }
  }

  /** Where they are. */
  public Path directory() {
    return directory;
  }

  /** Removes what was written, and the directory unless the step put something of its own in it. */
  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Only where the step runs as this very user: what it put there is its own.
    }
  }
}
