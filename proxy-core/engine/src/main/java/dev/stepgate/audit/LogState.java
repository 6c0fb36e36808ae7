package dev.stepgate.audit;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Tile;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.audit.tree.TreeHash;
import java.util.ArrayList;
import java.util.List;

/**
 * What a writer goes on from, checked.
 *
 * @param checkpoint the latest checkpoint
 * @param note the same, signed, as its file holds it
 * @param edge the tiles that are not full
 */
record LogState(Checkpoint checkpoint, Note note, RightEdge edge) {

  /**
   * Reads a log's latest checkpoint and right edge and holds them against each other.
   *
   * @throws MalformedException if they disagree, naming the file
   */
  static LogState load(LogReader reader, VerifierKey key) {
    Checkpoint checkpoint = checkpoint(reader, key);
    RightEdge edge = edge(reader, checkpoint.size());
    if (!edge.root().equals(checkpoint.root())) {
      throw new MalformedException(
          "the tiles' root over "
              + checkpoint.size()
              + " leaves is "
              + edge.root()
              + ", the checkpoint says "
              + checkpoint.root());
    }
    return new LogState(checkpoint, Note.parse(reader.checkpoint()), edge);
  }

  /** The log's latest checkpoint, if the key signed it. */
  static Checkpoint checkpoint(LogReader reader, VerifierKey key) {
    return opened(LogFiles.CHECKPOINT, reader.checkpoint(), key);
  }

  /** Reads a signed checkpoint; an error names the file. */
  static Checkpoint opened(String file, byte[] note, VerifierKey key) {
    try {
      return Checkpoint.open(note, key);
    } catch (MalformedException e) {
      throw new MalformedException(file + ": " + e.getMessage());
    }
  }

  /**
   * The right edge of the log's first {@code size} leaves, of which the tiles say nothing wrong.
   */
  static RightEdge edge(LogReader reader, long size) {
    TreeHash hash = new TreeHash();
    List<List<Hash>> levels = new ArrayList<>();
    for (int level = 0; size >>> (level * TilePath.HEIGHT) > 0; level++) {
      int width = TilePath.width(level, size);
      levels.add(width == 0 ? List.of() : reader.tile(level, TilePath.full(level, size), width));
      checkFull(reader, level, size, levels.get(level), hash);
    }
    int width = TilePath.width(0, size);
    List<byte[]> leaves = width == 0 ? List.of() : reader.entries(size / TilePath.WIDTH, width);
    checkEntries(size / TilePath.WIDTH, leaves, levels.isEmpty() ? List.of() : levels.get(0), hash);
    checkLastBundle(reader, size, hash);
    return new RightEdge(size, levels, leaves);
  }

  /** The last full tile below must have the hash that the partial tile above ends with. */
  private static void checkFull(
      LogReader reader, int level, long size, List<Hash> tile, TreeHash hash) {
    if (level > 0 && !tile.isEmpty()) {
      long below = TilePath.full(level - 1, size) - 1;
      Hash root = Tile.fold(reader.tile(level - 1, below, TilePath.WIDTH), hash);
      Hash expected = tile.get(tile.size() - 1);
      if (!root.equals(expected)) {
        throw new MalformedException(
            TilePath.tile(level - 1, below, TilePath.WIDTH)
                + " has the root "
                + root
                + ", the tile above says "
                + expected);
      }
    }
  }

  private static void checkLastBundle(LogReader reader, long size, TreeHash hash) {
    long bundle = size / TilePath.WIDTH - 1;
    if (bundle >= 0) {
      checkEntries(
          bundle,
          reader.entries(bundle, TilePath.WIDTH),
          reader.tile(0, bundle, TilePath.WIDTH),
          hash);
    }
  }

  private static void checkEntries(
      long bundle, List<byte[]> leaves, List<Hash> tile, TreeHash hash) {
    for (int i = 0; i < leaves.size(); i++) {
      Hash leaf = hash.leaf(leaves.get(i));
      if (!leaf.equals(tile.get(i))) {
        throw new MalformedException(
            "entry "
                + (bundle * TilePath.WIDTH + i)
                + " has the hash "
                + leaf
                + ", its tile says "
                + tile.get(i));
      }
    }
  }
}
