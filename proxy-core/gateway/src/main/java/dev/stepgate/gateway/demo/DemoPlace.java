package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The demo's own directory, and what has to be ended before it goes. {@link #close} may come from a
 * shutdown hook while the demo runs.
 */
final class DemoPlace implements AutoCloseable {

  private final Path directory;
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private boolean closed;

  private DemoPlace(Path directory) {
    this.directory = directory;
  }

  /** A fresh directory, through which other users may pass to what is theirs in it. */
  static DemoPlace make() throws IOException {
    DemoPlace place = new DemoPlace(Files.createTempDirectory("stepgate-demo-"));
    Files.setPosixFilePermissions(place.directory, PosixFilePermissions.fromString("rwx--x--x"));
    return place;
  }

  /** A path in it. */
  Path path(String name) {
    return directory.resolve(name);
  }

  /** A new directory in it. */
  Path directory(String name, String permissions) throws IOException {
    Path made = Files.createDirectory(path(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions));
  }

  /** A new file in it. */
  Path file(String name, String content, String permissions) throws IOException {
    Path file =
        Files.createFile(
            path(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** Gives a path to another user. */
  static void give(Path path, OsUser user) throws IOException {
    Files.setAttribute(path, "unix:uid", user.uid());
    Files.setAttribute(path, "unix:gid", user.gid());
  }

  /** What has to be done before the directory goes, last first. */
  synchronized void before(Runnable ending) {
    if (closed) {
      ending.run();
    } else {
      endings.push(ending);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    endings.forEach(Runnable::run);
    try {
      Files.walkFileTree(directory, new Removal());
    } catch (IOException e) {
      System.err.println("stepgate: " + directory + " could not be removed whole");
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}
