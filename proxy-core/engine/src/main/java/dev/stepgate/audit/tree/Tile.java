package dev.stepgate.audit.tree;

import java.util.ArrayList;
import java.util.List;

/** Up to 256 hashes of one level: a subtree of height 8, seen at its leaves. */
public final class Tile {

  private Tile() {}

  /** The hashes as a tile's file holds them. */
  public static byte[] encode(List<Hash> hashes) {
    byte[] bytes = new byte[hashes.size() * Hash.BYTES];
    for (int i = 0; i < hashes.size(); i++) {
      hashes.get(i).copyTo(bytes, i * Hash.BYTES);
    }
    return bytes;
  }

  /**
   * The first {@code width} hashes of a tile's file, which may be a wider form of the same tile.
   *
   * @throws MalformedException if it is too short, or no whole number of hashes
   */
  public static List<Hash> decode(byte[] bytes, int width) {
    if (bytes.length % Hash.BYTES != 0
        || bytes.length < width * Hash.BYTES
        || bytes.length > TilePath.WIDTH * Hash.BYTES) {
      throw new MalformedException(
          "a tile of "
              + width
              + " hashes has "
              + width * Hash.BYTES
              + " bytes, this has "
              + bytes.length);
    }
    List<Hash> hashes = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      hashes.add(Hash.of(bytes, i * Hash.BYTES, Hash.BYTES));
    }
    return hashes;
  }

  /** The root over a power of two of neighbours. */
  public static Hash fold(List<Hash> hashes, TreeHash hash) {
    List<Hash> row = hashes;
    while (row.size() > 1) {
      List<Hash> above = new ArrayList<>(row.size() / 2);
      for (int i = 0; i + 1 < row.size(); i += 2) {
        above.add(hash.node(row.get(i), row.get(i + 1)));
      }
      row = above;
    }
    return row.get(0);
  }
}
