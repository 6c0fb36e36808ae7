package dev.stepgate;

import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A file per session that was opened and not sealed yet, so that the next start knows which
 * sessions a dead gateway left behind without reading the whole log. The file is on disk before the
 * session's opening is in the log, and goes after its seal is. It holds the size that the log had,
 * in decimal: the session's opening, if it came to that, stands at that index or later.
 */
final class UnsealedSessions {

  private final Path directory;

  UnsealedSessions(Path directory) throws IOException {
    this.directory = directory;
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  void add(SessionId session, long logSize) throws IOException {
    Path unfinished = directory.resolve("." + session.value());
    Files.writeString(unfinished, Long.toString(logSize), StandardOpenOption.CREATE_NEW);
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(unfinished, directory.resolve(session.value()), StandardCopyOption.ATOMIC_MOVE);
    sync();
  }

  /** The size that the log had just before the session was opened. */
  long logSize(SessionId session) throws IOException {
    Path file = directory.resolve(session.value());
    try {
      return Long.parseLong(Files.readString(file));
    } catch (NumberFormatException e) {
      throw new IOException(file + " holds no log size", e);
    }
  }

  void remove(SessionId session) throws IOException {
    Files.deleteIfExists(directory.resolve(session.value()));
    sync();
  }

  /** Those that are left, oldest first. */
  List<SessionId> all() throws IOException {
    List<SessionId> sessions = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (file.getFileName().toString().startsWith(".")) {
          Files.delete(file); // cut off while it was made: nothing was opened yet
          continue;
        }
        sessions.add(new SessionId(file.getFileName().toString()));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "a file in " + directory + " is none of the gateway's: " + e.getMessage(), e);
    }
    Collections.sort(sessions);
    return sessions;
  }

  private void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
