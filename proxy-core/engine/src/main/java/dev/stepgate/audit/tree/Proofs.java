package dev.stepgate.audit.tree;

import java.util.ArrayList;
import java.util.List;

/** Makes proofs, by the recursive definitions of RFC 9162 (2.1.1, 2.1.3.1 and 2.1.4.1). */
public final class Proofs {

  private final Subtrees subtrees;
  private final TreeHash hash = new TreeHash();

  /** Over a tree. */
  public Proofs(Subtrees subtrees) {
    this.subtrees = subtrees;
  }

  /** The root of the tree's first {@code size} leaves. */
  public Hash root(long size) {
    return size == 0 ? hash.empty() : range(0, size);
  }

  /** The path from leaf {@code index} to the root of the first {@code size} leaves. */
  public List<Hash> inclusion(long index, long size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("no leaf " + index + " among " + size);
    }
    List<Hash> path = new ArrayList<>();
    long low = 0;
    long high = size;
    List<Hash> reversed = new ArrayList<>();
    while (high - low > 1) {
      long middle = low + Long.highestOneBit(high - low - 1);
      if (index < middle) {
        reversed.add(range(middle, high));
        high = middle;
      } else {
        reversed.add(range(low, middle));
        low = middle;
      }
    }
    for (int i = reversed.size() - 1; i >= 0; i--) {
      path.add(reversed.get(i));
    }
    return path;
  }

  /** What shows that the first {@code to} leaves start with the first {@code from} leaves. */
  public List<Hash> consistency(long from, long to) {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException("no proof from " + from + " leaves to " + to);
    }
    List<Hash> proof = new ArrayList<>();
    if (from != 0 && from != to) {
      subproof(from, 0, to, true, proof);
    }
    return proof;
  }

  private void subproof(long from, long low, long high, boolean known, List<Hash> proof) {
    if (from == high) {
      if (!known) {
        proof.add(range(low, high));
      }
      return;
    }
    long middle = low + Long.highestOneBit(high - low - 1);
    if (from <= middle) {
      subproof(from, low, middle, known, proof);
      proof.add(range(middle, high));
    } else {
      subproof(from, middle, high, false, proof);
      proof.add(range(low, middle));
    }
  }

  /** The root over the leaves {@code [low, high)}, whose start a proof aligns to its size. */
  private Hash range(long low, long high) {
    long count = high - low;
    if (Long.bitCount(count) == 1) {
      int height = Long.numberOfTrailingZeros(count);
      return subtrees.root(height, low >>> height);
    }
    long middle = low + Long.highestOneBit(count);
    return hash.node(range(low, middle), range(middle, high));
  }
}
