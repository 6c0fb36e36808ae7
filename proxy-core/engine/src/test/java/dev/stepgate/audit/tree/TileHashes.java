package dev.stepgate.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** The tiles that a tree must have, by the definition in C2SP tlog-tiles. */
public final class TileHashes {

  /** Reads a tile. */
  @FunctionalInterface
  public interface Source {
    List<Hash> tile(int level, long index, int width);
  }

  private TileHashes() {}

  /** Compares all tiles, full and partial, of the tree over these leaf hashes. */
  public static void assertAll(List<Hash> leaves, Source source) {
    TreeHash hash = new TreeHash();
    List<Hash> row = leaves;
    for (int level = 0; !row.isEmpty(); level++) {
      List<Hash> above = new ArrayList<>();
      for (int from = 0; from < row.size(); from += TilePath.WIDTH) {
        List<Hash> expected = row.subList(from, Math.min(from + TilePath.WIDTH, row.size()));
        assertThat(source.tile(level, from / TilePath.WIDTH, expected.size())).isEqualTo(expected);
        if (expected.size() == TilePath.WIDTH) {
          above.add(Tile.fold(expected, hash));
        }
      }
      row = above;
    }
  }
}
