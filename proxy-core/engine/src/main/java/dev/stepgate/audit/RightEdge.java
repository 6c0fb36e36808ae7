package dev.stepgate.audit;

import dev.stepgate.audit.tree.EntryBundle;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.Tile;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.audit.tree.TreeHash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tiles of a tree that are not full yet: what it takes to add leaves and to know the root. */
final class RightEdge {

  private final TreeHash hash = new TreeHash();
  private final List<List<Hash>> levels = new ArrayList<>();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private long size;

  /** The empty tree's. */
  RightEdge() {}

  /**
   * Of a tree that has tiles.
   *
   * @param levels the hashes of each level's partial tile, from the leaves up
   * @param leaves the leaves of the partial entry bundle
   */
  RightEdge(long size, List<List<Hash>> levels, List<byte[]> leaves) {
    this.size = size;
    levels.forEach(level -> this.levels.add(new ArrayList<>(level)));
    leaves.forEach(leaf -> EntryBundle.append(entries, leaf));
  }

  /** How many leaves the tree has. */
  long size() {
    return size;
  }

  /** Adds a leaf; tiles that it fills go to {@code files}, by their path. */
  void add(byte[] leaf, Map<String, byte[]> files) {
    EntryBundle.append(entries, leaf);
    size++;
    if (size % TilePath.WIDTH == 0) {
      files.put(TilePath.entries(size / TilePath.WIDTH - 1, TilePath.WIDTH), entries.toByteArray());
      entries.reset();
    }
    add(0, hash.leaf(leaf), files);
  }

  private void add(int level, Hash node, Map<String, byte[]> files) {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<Hash> tile = levels.get(level);
    tile.add(node);
    if (tile.size() == TilePath.WIDTH) {
      long index = TilePath.full(level, size) - 1;
      files.put(TilePath.tile(level, index, TilePath.WIDTH), Tile.encode(tile));
      Hash root = Tile.fold(tile, hash);
      tile.clear();
      add(level + 1, root, files);
    }
  }

  /** The tiles that are not full go to {@code files}, by their path. */
  void partials(Map<String, byte[]> files) {
    int width = (int) (size % TilePath.WIDTH);
    if (width > 0) {
      files.put(TilePath.entries(size / TilePath.WIDTH, width), entries.toByteArray());
    }
    for (int level = 0; level < levels.size(); level++) {
      List<Hash> tile = levels.get(level);
      if (!tile.isEmpty()) {
        String path = TilePath.tile(level, TilePath.full(level, size), tile.size());
        files.put(path, Tile.encode(tile));
      }
    }
  }

  /** The tree's root. */
  Hash root() {
    List<Hash> peaks = new ArrayList<>();
    for (int level = levels.size() - 1; level >= 0; level--) {
      List<Hash> tile = levels.get(level);
      int from = 0;
      for (int width = TilePath.WIDTH / 2; width > 0; width /= 2) {
        if ((tile.size() & width) != 0) {
          peaks.add(Tile.fold(tile.subList(from, from + width), hash));
          from += width;
        }
      }
    }
    if (peaks.isEmpty()) {
      return hash.empty();
    }
    Hash root = peaks.get(peaks.size() - 1);
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = hash.node(peaks.get(i), root);
    }
    return root;
  }
}
