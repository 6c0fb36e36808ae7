package dev.stepgate.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What makes a writer the only one: an operating-system lock on one file, and beside it a file that
 * says who holds it. Closing any channel on a locked file frees the lock for the whole process
 * (POSIX), so the file that is locked is never opened while this process may hold it; the other
 * file says so.
 */
final class WriterLock implements AutoCloseable {

  private static final int TOKEN_BYTES = 16;
  private static final int MAX_HOLDER_BYTES = 256;

  private final Path holderFile;
  private final String holder;
  private final FileChannel channel;
  private final FileLock lock;

  private WriterLock(Path holderFile, String holder, FileChannel channel, FileLock lock) {
    this.holderFile = holderFile;
    this.holder = holder;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param what what is locked, for the error
   * @param lockFile the file to lock; {@code <its name>.holder} says who has it
   * @throws LogException if another writer has it, with its process id
   */
  static WriterLock take(String what, Path lockFile) throws IOException {
    Path holderFile = lockFile.resolveSibling(lockFile.getFileName() + ".holder");
    String process = process();
    if (read(holderFile).startsWith(process)) {
      throw new LogException(what + " is held by this process already");
    }
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new LogException(
            what
                + " is held by another writer ("
                + read(holderFile).strip()
                + "); one log has one");
      }
      byte[] token = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(token);
      String holder = process + "token " + HexFormat.of().formatHex(token) + "\n";
      Path unfinished = lockFile.resolveSibling(lockFile.getFileName() + ".unfinished");
      new LocalDisk().write(unfinished, holder.getBytes(StandardCharsets.US_ASCII));
      new LocalDisk().rename(unfinished, holderFile);
      return new WriterLock(holderFile, holder, channel, lock);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new LogException(what + " is held by this process already", e);
    } catch (LogException | IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Stops a writer whose lock is no longer its own: another took it after the files were removed.
   */
  void check() throws IOException {
    String now = read(holderFile);
    if (!lock.isValid() || !now.equals(holder)) {
      throw new LogException(
          holderFile + " says that another writer took over (" + now.strip() + "); this one stops");
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (read(holderFile).equals(holder)) {
        Files.deleteIfExists(holderFile);
      }
    } catch (IOException e) {
      throw new LogException("the lock of " + holderFile + " cannot be freed: " + e, e);
    }
  }

  private static String read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    byte[] bytes = Files.readAllBytes(file);
    return new String(
        bytes, 0, Math.min(bytes.length, MAX_HOLDER_BYTES), StandardCharsets.US_ASCII);
  }

  /** Process ids come again, in containers at every start; start times do not. */
  private static String process() {
    ProcessHandle self = ProcessHandle.current();
    String started = self.info().startInstant().map(Object::toString).orElse("unknown");
    return "process " + self.pid() + " started " + started + " ";
  }
}
