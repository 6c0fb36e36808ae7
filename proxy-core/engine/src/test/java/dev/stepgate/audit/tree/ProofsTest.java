package dev.stepgate.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ProofsTest {

  /** The leaves and roots of Certificate Transparency's reference implementation. */
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static final int EXHAUSTIVE = 96;
  private static final int LARGEST = 1105;

  private final TreeHash hash = new TreeHash();

  @Test
  void roots_are_those_of_the_reference_implementation() {
    Peaks peaks = new Peaks();
    assertThat(peaks.root().hex()).isEqualTo(ROOTS.get(0));
    Tree tree = new Tree(0);
    for (int i = 0; i < LEAVES.size(); i++) {
      Hash leaf = hash.leaf(HexFormat.of().parseHex(LEAVES.get(i)));
      peaks.add(leaf);
      tree.add(leaf);
      assertThat(peaks.root().hex()).isEqualTo(ROOTS.get(i + 1));
      assertThat(tree.proofs().root(i + 1).hex()).isEqualTo(ROOTS.get(i + 1));
    }
  }

  @Test
  void every_proof_of_every_small_tree_holds() {
    Tree tree = new Tree(EXHAUSTIVE + 1);
    for (int size = 0; size <= EXHAUSTIVE; size++) {
      for (int i = 0; i < size; i++) {
        assertIncluded(tree, i, size);
      }
      for (int from = 0; from <= size; from++) {
        assertConsistent(tree, from, size);
      }
    }
  }

  @Test
  void proofs_of_larger_trees_hold_at_the_edges() {
    Tree tree = new Tree(LARGEST);
    for (int size = EXHAUSTIVE; size <= LARGEST; size++) {
      for (int i : edges(size)) {
        if (i < size) {
          assertIncluded(tree, i, size);
        }
        assertConsistent(tree, i, size);
      }
    }
  }

  @Test
  void no_changed_proof_of_inclusion_holds() {
    Tree tree = new Tree(34);
    for (int size = 1; size <= 33; size++) {
      Hash root = tree.root(size);
      for (int i = 0; i < size; i++) {
        List<Hash> proof = tree.proofs().inclusion(i, size);
        Hash leaf = tree.leaf(i);
        for (List<Hash> changed : changed(proof)) {
          assertThat(ProofCheck.included(leaf, i, size, changed, root)).isFalse();
        }
        for (int other = -1; other <= size; other++) {
          if (other != i) {
            assertThat(ProofCheck.included(leaf, other, size, proof, root)).isFalse();
          }
        }
        assertThat(ProofCheck.included(root, i, size, proof, leaf)).isEqualTo(size == 1);
        assertThat(ProofCheck.included(leaf, i, size, proof, tree.leaf(i + 1))).isFalse();
      }
    }
  }

  @Test
  void no_changed_proof_of_consistency_holds() {
    Tree tree = new Tree(34);
    for (int size = 1; size <= 33; size++) {
      for (int from = 0; from <= size; from++) {
        List<Hash> proof = tree.proofs().consistency(from, size);
        Hash old = tree.root(from);
        Hash now = tree.root(size);
        for (List<Hash> changed : changed(proof)) {
          assertThat(ProofCheck.consistent(from, old, size, now, changed)).isFalse();
        }
        assertThat(ProofCheck.consistent(from, tree.leaf(33), size, now, proof)).isFalse();
        if (from < size) {
          boolean empty = from == 0;
          assertThat(ProofCheck.consistent(from, old, size, tree.leaf(33), proof)).isEqualTo(empty);
          assertThat(ProofCheck.consistent(size, old, from, now, proof)).isFalse();
        }
      }
    }
  }

  @Test
  void a_tree_of_seven_leaves_has_the_proofs_that_rfc_9162_draws() {
    Tree tree = new Tree(7);
    Hash g = hash.node(tree.leaf(0), tree.leaf(1));
    Hash h = hash.node(tree.leaf(2), tree.leaf(3));
    Hash i = hash.node(tree.leaf(4), tree.leaf(5));
    Hash j = tree.leaf(6);
    Hash k = hash.node(g, h);
    Hash l = hash.node(i, j);
    assertThat(tree.proofs().inclusion(0, 7)).containsExactly(tree.leaf(1), h, l);
    assertThat(tree.proofs().inclusion(3, 7)).containsExactly(tree.leaf(2), g, l);
    assertThat(tree.proofs().inclusion(4, 7)).containsExactly(tree.leaf(5), j, k);
    assertThat(tree.proofs().inclusion(6, 7)).containsExactly(i, k);
    assertThat(tree.proofs().consistency(3, 7)).containsExactly(tree.leaf(2), tree.leaf(3), g, l);
    assertThat(tree.proofs().consistency(4, 7)).containsExactly(l);
    assertThat(tree.proofs().consistency(6, 7)).containsExactly(i, j, k);
  }

  private static void assertIncluded(Tree tree, int index, int size) {
    List<Hash> proof = tree.proofs().inclusion(index, size);
    assertThat(ProofCheck.included(tree.leaf(index), index, size, proof, tree.root(size)))
        .as("leaf %d of %d", index, size)
        .isTrue();
  }

  private static void assertConsistent(Tree tree, int from, int size) {
    List<Hash> proof = tree.proofs().consistency(from, size);
    assertThat(ProofCheck.consistent(from, tree.root(from), size, tree.root(size), proof))
        .as("from %d to %d", from, size)
        .isTrue();
  }

  private static Set<Integer> edges(int size) {
    Set<Integer> edges = new TreeSet<>(List.of(0, 1, size / 3, size / 2, size - 1, size));
    for (int edge : new int[] {255, 256, 257, 511, 512, 513, 1023, 1024, 1025}) {
      if (edge <= size) {
        edges.add(edge);
      }
    }
    return edges;
  }

  private List<List<Hash>> changed(List<Hash> proof) {
    List<List<Hash>> all = new ArrayList<>();
    for (int i = 0; i < proof.size(); i++) {
      List<Hash> flipped = new ArrayList<>(proof);
      byte[] bytes = proof.get(i).bytes();
      bytes[i % Hash.BYTES] ^= 1;
      flipped.set(i, Hash.of(bytes));
      all.add(flipped);
      List<Hash> shorter = new ArrayList<>(proof);
      shorter.remove(i);
      all.add(shorter);
    }
    List<Hash> longer = new ArrayList<>(proof);
    longer.add(hash.empty());
    all.add(longer);
    return all;
  }

  /** A tree as a list of leaves, each subtree computed by the definition. */
  private final class Tree {

    private final List<List<Hash>> heights = new ArrayList<>(List.of(new ArrayList<>()));
    private final List<Hash> roots = new ArrayList<>();
    private final Peaks peaks = new Peaks();

    Tree(int leaves) {
      roots.add(peaks.root());
      for (int i = 0; i < leaves; i++) {
        add(hash.leaf(ByteBuffer.allocate(4).putInt(i).array()));
      }
    }

    void add(Hash leaf) {
      peaks.add(leaf);
      roots.add(peaks.root());
      Hash node = leaf;
      for (int height = 0; ; height++) {
        if (height == heights.size()) {
          heights.add(new ArrayList<>());
        }
        List<Hash> row = heights.get(height);
        row.add(node);
        if (row.size() % 2 == 1) {
          return;
        }
        node = hash.node(row.get(row.size() - 2), row.get(row.size() - 1));
      }
    }

    Hash leaf(int index) {
      return heights.get(0).get(index);
    }

    Hash root(int size) {
      return roots.get(size);
    }

    Proofs proofs() {
      return new Proofs((height, index) -> heights.get(height).get((int) index));
    }
  }
}
