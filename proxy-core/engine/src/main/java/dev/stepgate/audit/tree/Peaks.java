package dev.stepgate.audit.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * A tree reduced to the roots of its full subtrees, largest first: all that is needed to add leaves
 * and to know the root. At most 63 hashes.
 */
public final class Peaks {

  private final TreeHash hash = new TreeHash();
  private final List<Hash> peaks = new ArrayList<>();
  private long size;

  /** How many leaves were added. */
  public long size() {
    return size;
  }

  /** Adds the next leaf, by its hash. */
  public void add(Hash leaf) {
    Hash peak = leaf;
    for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
      peak = hash.node(peaks.remove(peaks.size() - 1), peak);
    }
    peaks.add(peak);
    size++;
  }

  /** The root of the tree over all leaves so far. */
  public Hash root() {
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
