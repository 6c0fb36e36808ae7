package dev.stepgate.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.Peaks;
import dev.stepgate.audit.tree.TileHashes;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.audit.tree.TreeHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The writer dies after each of its steps, with its process or with the machine. What is left must
 * open, hold every leaf that was acknowledged, have right tiles, and never come to two roots for
 * one size.
 */
class CrashTest {

  private static final long SEED = 20_261_124;

  @TempDir private Path directory;

  private final Map<Long, String> acknowledged = new HashMap<>();
  private final Map<Long, Hash> signed = new HashMap<>();
  private int deaths;

  @Test
  void whenever_the_writer_dies_the_log_goes_on() throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    KeyFile key =
        KeyFile.open(root.resolve("keys/log.key"), Origin.of("test"), root.resolve("state"));
    Files.createDirectories(root.resolve("state/log"));
    MortalDisk disk = new MortalDisk(root);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Random chance = new Random(SEED);
    disk.witness(
        step -> {
          note(root);
          for (MortalDisk.Death death : MortalDisk.Death.values()) {
            try {
              survive(disk, death, chance);
            } catch (RuntimeException | AssertionError e) {
              failure.compareAndSet(
                  null, new AssertionError("after \"" + step + "\", death " + death, e));
            }
          }
        });
    try (Log log = Log.open(root.resolve("state/log"), key, disk)) {
      append(log, 3);
      append(log, 300);
      append(log, 1);
      append(log, 210);
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    assertThat(deaths).isGreaterThan(150);
    assertThat(acknowledged).hasSize(514);
  }

  private void append(Log log, int count) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String leaf = "leaf " + acknowledged.size() + "+" + i;
      all.add(
          log.append(leaf.getBytes(UTF_8))
              .thenAccept(appended -> acknowledged.put(appended.index(), leaf)));
    }
    all.forEach(CompletableFuture::join);
  }

  /** Whatever was signed and written anywhere may have been seen by somebody. */
  private void note(Path root) throws IOException {
    for (String file : List.of("state/log/checkpoint", "state/log/checkpoint.new")) {
      if (Files.exists(root.resolve(file))) {
        note(Files.readAllBytes(root.resolve(file)), signed);
      }
    }
  }

  private static void note(byte[] bytes, Map<Long, Hash> seen) {
    if (bytes.length > 0) {
      Checkpoint checkpoint = Checkpoint.parse(Note.parse(bytes).text());
      Hash before = seen.putIfAbsent(checkpoint.size(), checkpoint.root());
      assertThat(before == null || before.equals(checkpoint.root()))
          .as("two roots were signed for %d leaves", checkpoint.size())
          .isTrue();
    }
  }

  private void survive(MortalDisk disk, MortalDisk.Death death, Random chance) throws IOException {
    deaths++;
    Path left = Files.createDirectory(directory.resolve("left" + deaths));
    disk.leave(left, death, chance);
    KeyFile key =
        KeyFile.open(left.resolve("keys/log.key"), Origin.of("test"), left.resolve("state"));
    Path log = left.resolve("state/log");
    Map<Long, Hash> seen = new HashMap<>(signed);
    try (Log opened = Log.open(log, key, new Unforced())) {
      check(opened, key, seen);
      Note next = opened.append("another life".getBytes(UTF_8)).join().note();
      note(next.encode(), seen);
    }
    try (Log opened = Log.open(log, key, new Unforced())) {
      check(opened, key, seen);
    }
    remove(left);
  }

  private void check(Log log, KeyFile key, Map<Long, Hash> seen) throws IOException {
    LogReader reader = log.reader();
    byte[] note = reader.checkpoint();
    note(note, seen);
    Checkpoint checkpoint = Checkpoint.open(note, key.verifier());
    List<Hash> leaves = new ArrayList<>();
    TreeHash hash = new TreeHash();
    Peaks peaks = new Peaks();
    for (long bundle = 0; bundle * TilePath.WIDTH < checkpoint.size(); bundle++) {
      for (byte[] leaf : reader.entries(bundle, LogReader.widthOf(bundle, checkpoint.size()))) {
        String expected = acknowledged.get((long) leaves.size());
        assertThat(expected == null || expected.equals(new String(leaf, UTF_8))).isTrue();
        leaves.add(hash.leaf(leaf));
        peaks.add(leaves.get(leaves.size() - 1));
      }
    }
    assertThat(peaks.root()).isEqualTo(checkpoint.root());
    assertThat(checkpoint.size()).isGreaterThanOrEqualTo(acknowledged.size());
    TileHashes.assertAll(leaves, reader::tile);
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The lives after a death need no disk of their own. */
  private static final class Unforced implements Disk {

    private final Disk real = new LocalDisk();

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
      real.write(file, bytes);
    }

    @Override
    public void overwrite(Path file, byte[] bytes) throws IOException {
      real.overwrite(file, bytes);
    }

    @Override
    public void force(Path file) {}

    @Override
    public void rename(Path from, Path to) throws IOException {
      real.rename(from, to);
    }

    @Override
    public void makeDirectory(Path wanted) throws IOException {
      real.makeDirectory(wanted);
    }

    @Override
    public void forceDirectory(Path forced) {}

    @Override
    public void remove(Path path) throws IOException {
      real.remove(path);
    }
  }
}
