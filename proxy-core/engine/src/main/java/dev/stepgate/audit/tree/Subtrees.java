package dev.stepgate.audit.tree;

/** Where the hashes of a tree come from when a proof is made: tiles, or a list in a test. */
@FunctionalInterface
public interface Subtrees {

  /**
   * The root of the full subtree over the leaves {@code [index << height, (index + 1) << height)}.
   *
   * @throws MalformedException if it cannot be had, with the file that lacks it
   */
  Hash root(int height, long index);
}
