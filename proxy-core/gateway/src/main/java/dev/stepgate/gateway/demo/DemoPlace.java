package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The demo's own directory, and what has to be ended before it goes. {@link #close} may come from a
 * shutdown hook while the demo runs.
 */
final class DemoPlace implements AutoCloseable {

  private static final int REMOVALS = 50;
  private static final long REMOVAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path directory;
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private boolean closed;
  private volatile boolean interrupted;

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

  /**
   * Starts a program, which {@code ending} has ended by the time that the directory goes; the last
   * one first. None is started any more once that has begun.
   */
  synchronized Process start(ProcessBuilder program, Consumer<Process> ending) throws IOException {
    if (closed) {
      throw new IOException("the demo is being ended");
    }
    Process process = program.start();
    endings.push(() -> ending.accept(process));
    return process;
  }

  /** Ends all from a shutdown hook, maybe in the middle of the demo, whose errors then are none. */
  void interrupt() {
    interrupted = true;
    close();
  }

  boolean interrupted() {
    return interrupted;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    endings.forEach(Runnable::run);
    // Whoever is interrupted may still write its last file.
    for (int attempt = 0; attempt < REMOVALS && !removed(); attempt++) {
      LockSupport.parkNanos(REMOVAL_PAUSE_NANOS);
    }
    if (Files.exists(directory)) {
      System.err.println("stepgate: " + directory + " could not be removed whole");
    }
  }

  private boolean removed() {
    try {
      Files.walkFileTree(directory, new Removal());
      return true;
    } catch (NoSuchFileException e) {
      return Files.notExists(directory);
    } catch (IOException e) {
      return false;
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
