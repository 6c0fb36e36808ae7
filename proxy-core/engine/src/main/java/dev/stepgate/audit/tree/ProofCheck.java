package dev.stepgate.audit.tree;

import java.util.List;

/**
 * Judges proofs as RFC 9162 (2.1.3.2 and 2.1.4.2) says, knowing nothing of how they are made. Every
 * index and size is a count of leaves, not negative.
 */
public final class ProofCheck {

  /** No tree of less than 2⁶³ leaves has a longer path. */
  public static final int MAX_HASHES = 64;

  private ProofCheck() {}

  /** Whether the leaf with that hash is number {@code index} of the {@code size} under the root. */
  public static boolean included(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
    if (index < 0 || index >= size || proof.size() > MAX_HASHES) {
      return false;
    }
    TreeHash hash = new TreeHash();
    long fn = index;
    long sn = size - 1;
    Hash r = leaf;
    for (Hash p : proof) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = hash.node(p, r);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        r = hash.node(r, p);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    return sn == 0 && r.equals(root);
  }

  /**
   * Whether the tree of {@code to} leaves starts with the tree of {@code from} leaves. The empty
   * tree starts every tree; its root is known, and its proof is empty.
   */
  public static boolean consistent(
      long from, Hash fromRoot, long to, Hash toRoot, List<Hash> proof) {
    if (from < 0 || from > to || proof.size() > MAX_HASHES) {
      return false;
    }
    if (from == to) {
      return proof.isEmpty() && fromRoot.equals(toRoot);
    }
    if (from == 0) {
      return proof.isEmpty() && fromRoot.equals(new TreeHash().empty());
    }
    return climbs(from, fromRoot, to, toRoot, proof);
  }

  private static boolean climbs(long from, Hash fromRoot, long to, Hash toRoot, List<Hash> proof) {
    boolean whole = (from & (from - 1)) == 0;
    int next = whole ? 0 : 1;
    if (proof.size() < next + (whole ? 1 : 0) || proof.isEmpty()) {
      return false;
    }
    TreeHash hash = new TreeHash();
    long fn = from - 1;
    long sn = to - 1;
    while ((fn & 1) == 1) {
      fn >>>= 1;
      sn >>>= 1;
    }
    Hash fr = whole ? fromRoot : proof.get(0);
    Hash sr = fr;
    for (Hash c : proof.subList(next, proof.size())) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = hash.node(c, fr);
        sr = hash.node(c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        sr = hash.node(sr, c);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    return sn == 0 && fr.equals(fromRoot) && sr.equals(toRoot);
  }
}
