package dev.stepgate.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Peaks;
import dev.stepgate.audit.tree.TreeHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {

  private static final String ORIGIN = Origin.of("test");

  @TempDir Path temporary;
  private Path state;
  private Path directory;
  private KeyFile key;

  @BeforeEach
  void layout() {
    state = temporary.resolve("state");
    directory = state.resolve("log");
    key = KeyFile.open(temporary.resolve("keys/log.key"), ORIGIN, state);
  }

  @Test
  void a_leaf_is_acknowledged_with_a_published_checkpoint_over_it() throws Exception {
    try (Log log = Log.open(directory, key)) {
      Leaf leaf = HeadReached.of("01K8Z3V9QH4M2T7C5R1XW0E6JA/0001", 3, "ab".repeat(32), false);

      Appended first = log.append(leaf).get();
      Appended second = log.append("x".getBytes(UTF_8)).get();

      assertThat(first.index()).isZero();
      assertThat(second.index()).isEqualTo(1);
      assertThat(Files.readAllBytes(directory.resolve("checkpoint")))
          .isEqualTo(second.note().encode());
      assertThat(Checkpoint.open(second.note().encode(), key.verifier()))
          .isEqualTo(new Checkpoint(ORIGIN, 2, rootOf(List.of(leaf.encode(), bytes("x")))));
      assertThat(log.reader().leaf(0, 2)).isEqualTo(leaf.encode());
    }
  }

  @Test
  void a_log_goes_on_where_it_was_closed() {
    List<byte[]> leaves = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      try (Log log = Log.open(directory, key)) {
        assertThat(log.checkpoint().size()).isEqualTo(leaves.size());
        appendAll(log, leaves, 150);
      }
    }
    assertThat(new LogReader(directory).proofs(750).root(750)).isEqualTo(rootOf(leaves));
    assertThat(directory.resolve("tile/0/000.p")).doesNotExist();
    assertThat(directory.resolve("tile/1/000.p/2")).exists();
    assertThat(directory.resolve("tile/entries/002.p/238")).exists();
  }

  @Test
  void a_second_writer_is_refused_and_told_who_holds_the_log() {
    try (Log log = Log.open(directory, key)) {
      assertThatThrownBy(() -> Log.open(directory, key))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("is held by this process already");
      assertThat(log.append(bytes("still the writer")).join().index()).isZero();
    }
    Log.open(directory, key).close();
  }

  @Test
  void a_copy_of_the_log_cannot_be_written_with_the_same_key() throws IOException {
    try (Log log = Log.open(directory, key)) {
      log.append(bytes("one")).join();
      Path copy = copyOf(directory, temporary.resolve("copy"));
      assertThatThrownBy(() -> Log.open(copy, key)).hasMessageContaining("log.key");
      log.append(bytes("two")).join();
    }
  }

  @Test
  void an_old_state_is_refused_and_both_sizes_are_named() throws IOException {
    Path old;
    try (Log log = Log.open(directory, key)) {
      log.append(bytes("one")).join();
      old = copyOf(directory, temporary.resolve("old"));
      log.append(bytes("two")).join();
    }
    assertThatThrownBy(() -> Log.open(old, key))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("has 1 leaves")
        .hasMessageContaining("remembers 2")
        .hasMessageContaining("an old state was restored");
  }

  @Test
  void a_forked_log_is_refused() throws IOException {
    Path fork;
    try (Log log = Log.open(directory, key)) {
      log.append(bytes("one")).join();
      fork = copyOf(directory, temporary.resolve("fork"));
    }
    Files.copy(fork.resolve("checkpoint"), temporary.resolve("keys/log.key.kept"));
    try (Log log = Log.open(directory, key)) {
      log.append(bytes("two")).join();
    }
    Path last = temporary.resolve("keys/log.key.last");
    Path newest = Files.copy(last, temporary.resolve("newest"));
    Files.copy(temporary.resolve("keys/log.key.kept"), last, StandardCopyOption.REPLACE_EXISTING);
    try (Log log = Log.open(fork, key)) {
      log.append(bytes("another two")).join();
      log.append(bytes("three")).join();
    }
    Files.copy(newest, last, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> Log.open(fork, key)).hasMessageContaining("the log was forked");
  }

  @Test
  void a_removed_log_and_a_removed_memory_are_refused() throws IOException {
    try (Log log = Log.open(directory, key)) {
      log.append(bytes("one")).join();
    }
    assertThatThrownBy(() -> Log.open(temporary.resolve("elsewhere"), key))
        .hasMessageContaining("the log was removed");
    Files.delete(temporary.resolve("keys/log.key.last"));
    assertThatThrownBy(() -> Log.open(directory, key)).hasMessageContaining("is missing");
  }

  @Test
  void a_leaf_beyond_the_limit_is_refused_with_value_and_limit() {
    try (Log log = Log.open(directory, key)) {
      assertThatThrownBy(() -> log.append(new byte[65_536]))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("65535")
          .hasMessageContaining("65536");
      assertThat(log.append(new byte[65_535]).join().index()).isZero();
    }
  }

  @Test
  void a_closed_log_takes_nothing_and_leaves_no_thread() {
    Log log = Log.open(directory, key);
    CompletableFuture<Appended> before = log.append(bytes("one"));
    log.close();
    assertThat(before).isCompleted();
    assertThat(log.append(bytes("two"))).isCompletedExceptionally();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("stepgate-log") && thread.isAlive());
  }

  private static void appendAll(Log log, List<byte[]> leaves, int count) {
    List<CompletableFuture<Appended>> appended = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] leaf = bytes("leaf " + leaves.size());
      leaves.add(leaf);
      appended.add(log.append(leaf));
    }
    appended.forEach(CompletableFuture::join);
  }

  private static dev.stepgate.audit.tree.Hash rootOf(List<byte[]> leaves) {
    Peaks peaks = new Peaks();
    leaves.forEach(leaf -> peaks.add(new TreeHash().leaf(leaf)));
    return peaks.root();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static Path copyOf(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (!path.getFileName().toString().endsWith(".holder")) {
          Files.copy(path, target);
        }
      }
    }
    return to;
  }
}
