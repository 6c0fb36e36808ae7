package dev.stepgate.audit;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.TilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes batches in the order of {@code docs/specs/log.md}, "Writing". Confined to one thread at a
 * time. After an error nothing is known of the disk, so the next batch starts from what lies there.
 */
final class LogWriter {

  private static final String HOW_TO_GO_ON =
      "Restore the newest state, or see \"To go on all the same\" in docs/specs/log.md.";

  private final Path directory;
  private final KeyFile key;
  private final Disk disk;
  private final Fence fence;
  private LogState state;
  private byte[] remembered;
  private boolean doubtful;

  /** Looks whether this writer is still the only one. */
  @FunctionalInterface
  interface Fence {
    void check() throws IOException;
  }

  private LogWriter(Path directory, KeyFile key, Disk disk, Fence fence) {
    this.directory = directory;
    this.key = key;
    this.disk = disk;
    this.fence = fence;
  }

  /** Opens or begins the log, and finishes a batch that a predecessor staged. */
  static LogWriter open(Path directory, KeyFile key, Disk disk, Fence fence) throws IOException {
    LogWriter writer = new LogWriter(directory, key, disk, fence);
    writer.recover();
    return writer;
  }

  Checkpoint checkpoint() {
    return state.checkpoint();
  }

  /** Appends leaves; when it returns, the disk has them and a signed checkpoint over them. */
  Note write(List<byte[]> leaves) throws IOException {
    if (doubtful) {
      recover();
    }
    doubtful = true;
    fence();
    replace(
        LogFiles.STAGED,
        directory.resolve(LogFiles.STAGED),
        new Staged(state.checkpoint().size(), leaves).encode());
    Note note = publish(leaves);
    doubtful = false;
    return note;
  }

  private void recover() throws IOException {
    LogReader reader = new LogReader(directory);
    if (!Files.exists(LogFiles.checkpoint(directory))) {
      begin();
    }
    state = LogState.load(reader, key.verifier());
    checkMemory(reader);
    Optional<Staged> staged = staged();
    if (staged.isPresent() && staged.get().first() == state.checkpoint().size()) {
      publish(staged.get().leaves());
    } else if (!Arrays.equals(remembered, state.note().encode())) {
      remember(state.note().encode());
    }
    doubtful = false;
  }

  private void begin() throws IOException {
    if (Files.exists(key.last())) {
      Checkpoint last = LogState.opened(key.last().toString(), readLast(), key.verifier());
      if (last.size() > 0) {
        throw new LogException(
            directory
                + " holds no checkpoint, but "
                + key.last()
                + " remembers one over "
                + last.size()
                + " leaves: the log was removed. "
                + HOW_TO_GO_ON);
      }
    }
    Path verifier = directory.resolve(LogFiles.KEY);
    replace(LogFiles.KEY, verifier, Files.readAllBytes(key.verifierFile()));
    Checkpoint empty = new Checkpoint(key.verifier().name(), 0, new RightEdge().root());
    replace(LogFiles.CHECKPOINT, LogFiles.checkpoint(directory), empty.sign(key.key()).encode());
  }

  /** Holds the log against the last checkpoint that was published under its key. */
  private void checkMemory(LogReader reader) throws IOException {
    Checkpoint now = state.checkpoint();
    remembered = Files.exists(key.last()) ? readLast() : new byte[0];
    if (remembered.length == 0) {
      if (now.size() > 0) {
        throw new LogException(
            key.last()
                + " is missing, so nobody can tell whether the log of "
                + now.size()
                + " leaves in "
                + directory
                + " is the newest. "
                + HOW_TO_GO_ON);
      }
      return;
    }
    Checkpoint last = LogState.opened(key.last().toString(), remembered, key.verifier());
    if (last.size() > now.size()) {
      throw new LogException(
          directory
              + " has "
              + now.size()
              + " leaves (root "
              + now.root()
              + "), but "
              + key.last()
              + " remembers "
              + last.size()
              + " (root "
              + last.root()
              + "): an old state was restored. "
              + HOW_TO_GO_ON);
    }
    Hash root = reader.proofs(now.size()).root(last.size());
    if (!root.equals(last.root())) {
      throw new LogException(
          directory
              + " has the root "
              + root
              + " over its first "
              + last.size()
              + " leaves, but "
              + key.last()
              + " remembers "
              + last.root()
              + ": the log was forked. "
              + HOW_TO_GO_ON);
    }
  }

  private Optional<Staged> staged() throws IOException {
    Path file = directory.resolve(LogFiles.STAGED);
    return Files.exists(file) ? Staged.decode(Files.readAllBytes(file)) : Optional.empty();
  }

  /** Steps 2 to 5; {@code staged} holds the leaves durably. */
  private Note publish(List<byte[]> leaves) throws IOException {
    RightEdge edge = state.edge();
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (byte[] leaf : leaves) {
      edge.add(leaf, files);
    }
    List<String> full = new ArrayList<>(files.keySet());
    edge.partials(files);
    writeTiles(files);
    fence();
    Checkpoint next = new Checkpoint(key.verifier().name(), edge.size(), edge.root());
    Note note = next.sign(key.key());
    byte[] bytes = note.encode();
    replace(LogFiles.CHECKPOINT, LogFiles.checkpoint(directory), bytes);
    remember(bytes);
    state = new LogState(next, note, edge);
    removePartials(full);
    return note;
  }

  private void writeTiles(Map<String, byte[]> files) throws IOException {
    Set<Path> changed = new LinkedHashSet<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path target = directory.resolve(file.getKey());
      makeDirectories(target.getParent(), changed);
      Path unfinished = directory.resolve(LogFiles.UNFINISHED);
      disk.write(unfinished, file.getValue());
      disk.rename(unfinished, target);
      changed.add(target.getParent());
    }
    for (Path changedDirectory : changed) {
      disk.forceDirectory(changedDirectory);
    }
  }

  private void makeDirectories(Path wanted, Set<Path> changed) throws IOException {
    if (!Files.exists(wanted)) {
      makeDirectories(wanted.getParent(), changed);
      disk.makeDirectory(wanted);
      changed.add(wanted.getParent());
    }
  }

  /** Best effort: what stays is a start of the full tile and hurts nobody. */
  private void removePartials(List<String> full) throws IOException {
    for (String path : full) {
      Path partials = directory.resolve(TilePath.partials(path));
      if (Files.isDirectory(partials)) {
        List<Path> old;
        try (var list = Files.list(partials)) {
          old = list.sorted().toList();
        }
        for (Path file : old) {
          disk.remove(file);
        }
        disk.remove(partials);
      }
    }
  }

  private void remember(byte[] note) throws IOException {
    replace(key.last().getFileName().toString(), key.last(), note);
    remembered = note;
  }

  private void replace(String name, Path file, byte[] bytes) throws IOException {
    Path unfinished = file.resolveSibling(name + ".new");
    disk.write(unfinished, bytes);
    disk.rename(unfinished, file);
    disk.forceDirectory(file.getParent());
  }

  /** Whether this writer's files are still as it left them. */
  private void fence() throws IOException {
    fence.check();
    if (!Arrays.equals(new LogReader(directory).checkpoint(), state.note().encode())) {
      throw new LogException(
          LogFiles.checkpoint(directory) + " was changed by another hand; this writer stops");
    }
    if (!Arrays.equals(readLast(), remembered)) {
      throw new LogException(key.last() + " was changed by another hand; this writer stops");
    }
  }

  private byte[] readLast() throws IOException {
    byte[] bytes = Files.readAllBytes(key.last());
    if (bytes.length > Note.MAX_BYTES) {
      throw new MalformedException(
          key.last() + " has " + bytes.length + " bytes, a note at most " + Note.MAX_BYTES);
    }
    return bytes;
  }
}
