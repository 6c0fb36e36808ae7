package dev.stepgate.audit;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes batches in the order of {@code docs/specs/log.md}, "Writing". Confined to one thread at a
 * time. After an error nothing is known of the disk, so the next batch starts from what lies there.
 */
final class LogWriter {

  private final Path directory;
  private final KeyFile key;
  private final Disk disk;
  private final Fence fence;
  private final Memory memory;
  private final TileFiles tiles;
  private final List<String> fullTiles = new ArrayList<>();
  private LogState state;
  private boolean settled;

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
    this.memory = new Memory(key, disk);
    this.tiles = new TileFiles(directory, disk);
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

  /**
   * Steps 1 to 3: when it returns, the leaves survive the machine's death, and a signed checkpoint
   * over them is published. {@link #settle} must follow.
   */
  Note write(List<byte[]> leaves) throws IOException {
    if (!settled) {
      recover();
    }
    settled = false;
    fence();
    byte[] staged = new Staged(state.checkpoint().size(), leaves).encode();
    disk.overwrite(directory.resolve(LogFiles.STAGED), staged);
    return publish(leaves);
  }

  /** Steps 4 and 5: until they are done, {@code staged} is what makes the batch durable. */
  void settle() throws IOException {
    tiles.force();
    memory.keep(state.note());
    tiles.removePartials(fullTiles);
    fullTiles.clear();
    settled = true;
  }

  private void recover() throws IOException {
    if (!Files.exists(LogFiles.checkpoint(directory))) {
      begin();
    }
    LogReader reader = new LogReader(directory);
    Optional<Staged> staged = staged();
    Checkpoint checkpoint = LogState.checkpoint(reader, key.verifier());
    if (staged.isPresent() && staged.get().end() == checkpoint.size()) {
      writeAgain(reader, staged.get(), checkpoint);
    }
    state = LogState.load(reader, key.verifier());
    memory.check(directory, reader, state.checkpoint());
    if (staged.isPresent() && staged.get().first() == checkpoint.size()) {
      fence.check();
      publish(staged.get().leaves());
    }
    settle();
  }

  private void begin() throws IOException {
    memory.checkNoLeaves(directory);
    if (Files.exists(directory.resolve("tile"))) {
      throw new LogException(directory + " holds tiles, but no checkpoint: it was removed");
    }
    disk.replace(directory.resolve(LogFiles.KEY), LogFiles.line(key.verifier().text()));
    // Its name is durable with the checkpoint's, so that a batch only has to force its bytes.
    disk.write(directory.resolve(LogFiles.STAGED), new byte[0]);
    Checkpoint empty = new Checkpoint(key.verifier().name(), 0, new RightEdge().root());
    disk.replace(LogFiles.checkpoint(directory), empty.sign(key.key()).encode());
  }

  /** The batch was published; the machine may have died before its tiles were durable. */
  private void writeAgain(LogReader reader, Staged staged, Checkpoint checkpoint)
      throws IOException {
    RightEdge edge = LogState.edge(reader, staged.first());
    Map<String, byte[]> files = add(edge, staged.leaves());
    if (!edge.root().equals(checkpoint.root())) {
      throw new MalformedException(
          LogFiles.STAGED
              + " gives the root "
              + edge.root()
              + " over "
              + checkpoint.size()
              + " leaves, the checkpoint says "
              + checkpoint.root());
    }
    tiles.write(files);
  }

  private Optional<Staged> staged() throws IOException {
    Path file = directory.resolve(LogFiles.STAGED);
    return Files.exists(file) ? Staged.decode(Files.readAllBytes(file)) : Optional.empty();
  }

  /** Steps 2 and 3; {@code staged} holds the leaves durably. */
  private Note publish(List<byte[]> leaves) throws IOException {
    RightEdge edge = state.edge();
    tiles.write(add(edge, leaves));
    fence.check();
    Checkpoint next = new Checkpoint(key.verifier().name(), edge.size(), edge.root());
    Note note = next.sign(key.key());
    disk.replace(LogFiles.checkpoint(directory), note.encode());
    state = new LogState(next, note, edge);
    return note;
  }

  /** Adds leaves to the edge; what files that makes. */
  private Map<String, byte[]> add(RightEdge edge, List<byte[]> leaves) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (byte[] leaf : leaves) {
      edge.add(leaf, files);
    }
    fullTiles.addAll(files.keySet());
    edge.partials(files);
    return files;
  }

  /** Whether this writer's files are still as it left them. */
  private void fence() throws IOException {
    fence.check();
    memory.fence();
    if (!Arrays.equals(new LogReader(directory).checkpoint(), state.note().encode())) {
      throw new LogException(
          LogFiles.checkpoint(directory) + " was changed by another hand; this writer stops");
    }
  }
}
