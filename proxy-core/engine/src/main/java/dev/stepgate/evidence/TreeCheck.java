package dev.stepgate.evidence;

import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Peaks;
import dev.stepgate.audit.tree.Tile;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.audit.tree.TreeHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes a log's tree anew from its entries and holds every tile and the checkpoint against it.
 * Of an entry and a hash that differ, the checkpoint tells which is right. Keeps one tile a level.
 */
final class TreeCheck {

  private static final String LOG = "log/";

  private final LogReader log;
  private final Checkpoint checkpoint;
  private final Histories histories;
  private final Findings findings;
  private final TreeHash hash = new TreeHash();
  private final Peaks ofEntries = new Peaks();
  private final Peaks ofTiles = new Peaks();
  private final List<List<Hash>> levels = new ArrayList<>();
  private final Findings changedLeaves = new Findings();
  private final Findings contradictions = new Findings();
  private final Findings changedTiles = new Findings();
  private final Findings changedPartials = new Findings();

  TreeCheck(LogReader log, Checkpoint checkpoint, Histories histories, Findings findings) {
    this.log = log;
    this.checkpoint = checkpoint;
    this.histories = histories;
    this.findings = findings;
  }

  /** Whether the tree is the checkpoint's and every tile is right; if not, findings say what. */
  boolean run() {
    long before = findings.count();
    for (long bundle = 0; bundle * TilePath.WIDTH < checkpoint.size(); bundle++) {
      if (!bundle(bundle, LogReader.widthOf(bundle, checkpoint.size()))) {
        return false;
      }
    }
    for (int level = 0; level < levels.size(); level++) {
      if (!levels.get(level).isEmpty()) {
        compareTile(level, TilePath.full(level, checkpoint.size()), levels.get(level));
      }
    }
    judge();
    return findings.count() == before;
  }

  private boolean bundle(long bundle, int width) {
    String file = LOG + TilePath.entries(bundle, width);
    List<byte[]> leaves;
    try {
      leaves = log.entries(bundle, width);
    } catch (MalformedException e) {
      findings.add(Finding.of(file, "", e.getMessage()));
      return false;
    }
    comparePartialEntries(bundle, leaves);
    List<Hash> hashes = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      Hash leaf = hash.leaf(leaves.get(i));
      hashes.add(leaf);
      ofEntries.add(leaf);
      histories.add(file, bundle * TilePath.WIDTH + i, leaves.get(i), contradictions);
    }
    compareLeaves(file, bundle, hashes);
    hashes.forEach(leaf -> add(0, leaf));
    return true;
  }

  private void compareLeaves(String file, long bundle, List<Hash> hashes) {
    List<Hash> tile;
    try {
      tile = log.tile(0, bundle, hashes.size());
    } catch (MalformedException e) {
      // Said where the tile itself is compared; without it an entry has nothing to differ from.
      return;
    }
    for (int i = 0; i < hashes.size(); i++) {
      ofTiles.add(tile.get(i));
      if (!tile.get(i).equals(hashes.get(i))) {
        String place = "leaf " + (bundle * TilePath.WIDTH + i);
        changedLeaves.add(
            Finding.of(file, place, "the leaf was changed", tile.get(i), hashes.get(i)));
      }
    }
  }

  // Each earlier form is named by itself: which of two is right, the checkpoint tells in the end.
  private void comparePartialEntries(long bundle, List<byte[]> leaves) {
    for (int width : log.partialWidths(TilePath.entries(bundle, TilePath.WIDTH))) {
      if (width < leaves.size()) {
        String file = LOG + TilePath.entries(bundle, width);
        try {
          compareEntries(file, bundle, log.entries(bundle, width), leaves);
        } catch (MalformedException e) {
          changedPartials.add(Finding.of(file, "", e.getMessage()));
        }
      }
    }
  }

  private void compareEntries(String file, long bundle, List<byte[]> some, List<byte[]> more) {
    for (int i = 0; i < some.size(); i++) {
      if (!Arrays.equals(some.get(i), more.get(i))) {
        String place = "leaf " + (bundle * TilePath.WIDTH + i);
        Hash right = hash.leaf(more.get(i));
        Hash found = hash.leaf(some.get(i));
        changedPartials.add(Finding.of(file, place, "the leaf was changed", right, found));
      }
    }
  }

  private void add(int level, Hash node) {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<Hash> tile = levels.get(level);
    tile.add(node);
    if (tile.size() == TilePath.WIDTH) {
      // Called after a whole bundle was counted, so that what is full ends exactly here.
      compareTile(level, TilePath.full(level, ofEntries.size()) - 1, tile);
      Hash root = Tile.fold(tile, hash);
      tile.clear();
      add(level + 1, root);
    }
  }

  private void compareTile(int level, long index, List<Hash> computed) {
    compareTile(level, index, computed, computed.size());
    for (int width : log.partialWidths(TilePath.tile(level, index, TilePath.WIDTH))) {
      if (width < computed.size()) {
        compareTile(level, index, computed, width);
      }
    }
  }

  private void compareTile(int level, long index, List<Hash> computed, int width) {
    String file = LOG + TilePath.tile(level, index, width);
    try {
      List<Hash> found = log.tile(level, index, width);
      for (int i = 0; i < width; i++) {
        if (!found.get(i).equals(computed.get(i))) {
          changedTiles.add(
              Finding.of(file, "hash " + i, "the tile was changed", computed.get(i), found.get(i)));
        }
      }
    } catch (MalformedException e) {
      changedTiles.add(Finding.of(file, "", e.getMessage()));
    }
  }

  private void judge() {
    Hash root = ofEntries.root();
    if (root.equals(checkpoint.root())) {
      changedTiles.bad().forEach(findings::add);
      changedPartials.bad().forEach(findings::add);
      contradictions.bad().forEach(findings::add);
      return;
    }
    if (ofTiles.size() != checkpoint.size() || !ofTiles.root().equals(checkpoint.root())) {
      findings.add(
          Finding.of(
              LOG + "checkpoint",
              "",
              "the root over "
                  + checkpoint.size()
                  + " leaves is another than the entries have: the"
                  + " log was rewritten",
              checkpoint.root(),
              root));
    }
    changedLeaves.bad().forEach(findings::add);
  }
}
