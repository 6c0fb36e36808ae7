package dev.stepgate.audit;

import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A transparency log in a directory, and its only writer. Thread-safe. One thread of its own
 * writes; {@link #close} ends it.
 */
public final class Log implements AutoCloseable {

  private final Path directory;
  private final KeyFile key;
  private final WriterLock logLock;
  private final WriterLock keyLock;
  private final LogWriter writer;
  private final AppendQueue queue = new AppendQueue();
  private final Thread thread;
  private volatile Checkpoint checkpoint;

  private Log(
      Path directory, KeyFile key, WriterLock logLock, WriterLock keyLock, LogWriter writer) {
    this.directory = directory;
    this.key = key;
    this.logLock = logLock;
    this.keyLock = keyLock;
    this.writer = writer;
    this.checkpoint = writer.checkpoint();
    this.thread = new Thread(this::run, "stepgate-log");
  }

  /**
   * Takes the log in {@code directory} for this process, begins it if it is not there, and checks
   * that it is whole at its right edge, signed by the key and no older than the key remembers.
   * Blocks on the disk.
   *
   * @throws LogException if another writer has the log or the key, if the state is refused, or the
   *     disk fails; with file and values
   */
  public static Log open(Path directory, KeyFile key) {
    return open(directory, key, new LocalDisk());
  }

  static Log open(Path directory, KeyFile key, Disk disk) {
    WriterLock logLock = null;
    WriterLock keyLock = null;
    try {
      makeDirectory(directory);
      Path real = directory.toRealPath();
      if (key.file().startsWith(real)) {
        throw new LogException("the log's key " + key.file() + " lies inside the log " + directory);
      }
      logLock = WriterLock.take("the log " + directory, real.resolve(LogFiles.LOCK));
      keyLock = WriterLock.take("the log's key " + key.file(), key.beside(".lock"));
      WriterLock[] locks = {logLock, keyLock};
      LogWriter writer =
          LogWriter.open(
              real,
              key,
              disk,
              () -> {
                locks[0].check();
                locks[1].check();
              });
      Log log = new Log(real, key, logLock, keyLock, writer);
      log.thread.start();
      return log;
    } catch (LogException e) {
      release(keyLock, logLock);
      throw e;
    } catch (MalformedException e) {
      release(keyLock, logLock);
      throw new LogException("the log " + directory + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      release(keyLock, logLock);
      throw new LogException("the log " + directory + " cannot be opened: " + e, e);
    }
  }

  /** Appends a record. See {@link #append(byte[])}. */
  public CompletableFuture<Appended> append(Leaf leaf) {
    return append(leaf.encode());
  }

  /**
   * Appends a leaf of 1 to 65,535 bytes. The future completes once the disk has the leaf and a
   * signed checkpoint over it, exceptionally with a {@link LogException} if that failed: then the
   * leaf may be in the log or not. What depends on the future runs on the log's own thread and must
   * not block it.
   *
   * @throws MalformedException if the leaf is empty or too long
   */
  public CompletableFuture<Appended> append(byte[] leaf) {
    if (leaf.length == 0 || leaf.length > Leaf.MAX_BYTES) {
      throw new MalformedException(
          "a leaf has 1 to " + Leaf.MAX_BYTES + " bytes, this one has " + leaf.length);
    }
    return queue.add(leaf.clone());
  }

  /** The latest checkpoint that was published. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The key that verifies its checkpoints; its name is the log's origin. */
  public VerifierKey verifier() {
    return key.verifier();
  }

  /** A reader of its files. */
  public LogReader reader() {
    return new LogReader(directory);
  }

  /** Writes what was appended, ends the thread and frees the locks. */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    release(keyLock, logLock);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (var batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
      write(batch);
    }
  }

  private void write(List<AppendQueue.Waiting> batch) {
    try {
      Note note = writer.write(batch.stream().map(AppendQueue.Waiting::leaf).toList());
      checkpoint = writer.checkpoint();
      long index = checkpoint.size() - batch.size();
      for (AppendQueue.Waiting waiting : batch) {
        waiting.appended().complete(new Appended(index++, checkpoint, note));
      }
      writer.settle();
    } catch (IOException | RuntimeException e) {
      // What was completed stays so. The next batch starts from what lies on the disk.
      LogException failure = refused(e);
      batch.forEach(waiting -> waiting.appended().completeExceptionally(failure));
    }
  }

  private LogException refused(Exception e) {
    return e instanceof LogException refused
        ? refused
        : new LogException("the log " + directory + " cannot be written: " + e, e);
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static void release(WriterLock... locks) {
    for (WriterLock lock : locks) {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
