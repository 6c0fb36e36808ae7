package dev.stepgate.recording;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * That one recorder has the directory. Other processes are kept out by a lock on {@code lock}, this
 * process itself (another class loader, too) by the file {@code owner}: opening and closing {@code
 * lock} a second time would give the first lock away, as POSIX record locks have it. {@code owner}
 * stays behind when the process dies, which tells the next one.
 */
final class Ownership implements AutoCloseable {

  /** Files that only this user may read. */
  static final FileAttribute<?>[] FILE = permissions("rw-------");

  /** Directories that only this user may enter. */
  static final FileAttribute<?>[] DIRECTORY = permissions("rwx------");

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path owner;
  private final FileChannel channel;
  private final boolean unclean;
  private final boolean machineDied;

  private Ownership(Path owner, FileChannel channel, boolean unclean, boolean machineDied) {
    this.owner = owner;
    this.channel = channel;
    this.unclean = unclean;
    this.machineDied = machineDied;
  }

  /**
   * Takes the directory.
   *
   * @throws EvidenceException if another recorder has it
   */
  static Ownership take(Path directory) throws IOException {
    Path owner = directory.resolve("owner");
    List<String> before = Files.exists(owner) ? Files.readAllLines(owner) : List.of();
    String who = before.isEmpty() ? "" : before.get(0);
    if (who.equals(process())) {
      throw taken(directory, "by a gateway in this very process");
    }
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            FILE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(directory, "by another gateway (" + who + ")");
      }
      boolean unclean = Files.exists(owner);
      String boot = boot();
      String bootBefore = before.size() > 1 ? before.get(1) : "";
      boolean machineDied = unclean && (boot.isEmpty() || !boot.equals(bootBefore));
      // Should recovery be cut short, the next one has to know of the machine's death, too.
      write(owner, unclean ? bootBefore : boot);
      return new Ownership(owner, channel, unclean, machineDied);
    } catch (OverlappingFileLockException e) {
      throw taken(directory, "by a gateway in this very process");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** All that the one before left is done. */
  void recovered() throws IOException {
    write(owner, boot());
  }

  /** Whether the one before did not close. */
  boolean unclean() {
    return unclean;
  }

  /** Whether the machine was started anew since, or nobody can tell. */
  boolean machineDied() {
    return machineDied;
  }

  /** Gives the directory up and says that all was left in order. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(owner);
    channel.close();
  }

  /** Gives the directory up and leaves work for the next one. */
  void abandon() throws IOException {
    try (FileChannel file = FileChannel.open(owner, StandardOpenOption.WRITE)) {
      // In place, since the disk may be full; the second line stays.
      file.write(StandardCharsets.US_ASCII.encode("stopped"), 0);
    } finally {
      channel.close();
    }
  }

  private static EvidenceException taken(Path directory, String whom) {
    return new EvidenceException("recordings are being written to " + directory + " " + whom);
  }

  private static void write(Path owner, String boot) throws IOException {
    Path next = owner.resolveSibling("owner.new");
    Files.deleteIfExists(next);
    try (FileChannel file =
        FileChannel.open(
            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
      file.write(StandardCharsets.US_ASCII.encode(process() + "\n" + boot + "\n"));
      file.force(true);
    }
    Files.move(next, owner, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String process() {
    ProcessHandle process = ProcessHandle.current();
    String started = process.info().startInstant().map(Object::toString).orElse("long ago");
    return "process " + process.pid() + " since " + started;
  }

  /** What names the machine's present run; empty if nothing does. */
  private static String boot() throws IOException {
    return Files.isReadable(BOOT) ? Files.readString(BOOT).strip() : "";
  }

  private static FileAttribute<?>[] permissions(String text) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }
}
