package dev.stepgate.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.Peaks;
import dev.stepgate.audit.tree.TreeHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFaultsTest {

  private static final String ORIGIN = Origin.of("test");

  /** Staging, two tiles, the checkpoint, forcing all, the memory. */
  private static final int STEPS_OF_AN_APPEND = 20;

  @TempDir private Path temporary;
  private Path directory;
  private KeyFile key;

  @BeforeEach
  void layout() {
    directory = temporary.resolve("state/log");
    key = KeyFile.open(temporary.resolve("keys/log.key"), ORIGIN, temporary.resolve("state"));
  }

  /** A writer in a process of its own: opens the log, says so, and waits to be ended. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) throws IOException {
      Path root = Path.of(args[0]);
      KeyFile key = KeyFile.open(root.resolve("keys/log.key"), ORIGIN, root.resolve("state"));
      try (Log log = Log.open(root.resolve("state/log"), key)) {
        System.out.println("open " + log.checkpoint().size());
        int end = System.in.read();
        System.out.println("end " + end);
      }
    }
  }

  @Test
  void a_writer_in_another_process_keeps_this_one_out_and_is_named() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("open 0");
      assertThatThrownBy(() -> Log.open(directory, key))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("is held by another writer (process " + other.pid() + " started");
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (Log log = Log.open(directory, key)) {
      assertThat(append(log, "after its death").join().index()).isZero();
    }
  }

  @Test
  void a_disk_that_fails_at_any_step_fails_the_append_or_nothing_and_the_next_one_works()
      throws Exception {
    for (int failing = 0; failing <= STEPS_OF_AN_APPEND; failing++) {
      Path root = Files.createDirectory(temporary.resolve("fault" + failing));
      Path state = root.resolve("state");
      KeyFile ownKey = KeyFile.open(root.resolve("keys/log.key"), ORIGIN, state);
      AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
      try (Log log = Log.open(state.resolve("log"), ownKey, failing(left))) {
        append(log, "first").join();
        left.set(failing);
        boolean failed = append(log, "second").handle((done, error) -> error != null).join();
        left.set(Integer.MAX_VALUE);
        Appended third = append(log, "third").join();
        assertThat(third.checkpoint().size()).isBetween(failed ? 2L : 3L, 3L);
        assertWhole(log, third.checkpoint());
      }
    }
  }

  @Test
  void a_writer_whose_lock_was_taken_over_stops() throws IOException {
    try (Log log = Log.open(directory, key)) {
      append(log, "one").join();
      Files.writeString(directory.resolve("lock.holder"), "process 1 started never token 0\n");
      assertThatThrownBy(() -> append(log, "two").join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("another writer took over (process 1 started never");
      assertThat(log.reader().leaf(0, 1)).isEqualTo("one".getBytes(UTF_8));
    }
    assertThat(Files.readString(directory.resolve("lock.holder"))).contains("process 1");
  }

  @Test
  void a_checkpoint_that_another_hand_changed_stops_the_writer() throws IOException {
    try (Log log = Log.open(directory, key)) {
      append(log, "one").join();
      byte[] one = Files.readAllBytes(directory.resolve("checkpoint"));
      append(log, "two").join();
      Files.write(directory.resolve("checkpoint"), one);
      assertThatThrownBy(() -> append(log, "three").join()).hasMessageContaining("another hand");
    }
  }

  private static CompletableFuture<Appended> append(Log log, String leaf) {
    return log.append(leaf.getBytes(UTF_8));
  }

  private static void assertWhole(Log log, Checkpoint checkpoint) {
    Peaks peaks = new Peaks();
    for (long i = 0; i < checkpoint.size(); i++) {
      Hash leaf = new TreeHash().leaf(log.reader().leaf(i, checkpoint.size()));
      peaks.add(leaf);
    }
    assertThat(peaks.root()).isEqualTo(checkpoint.root());
    assertThat(log.reader().proofs(checkpoint.size()).root(checkpoint.size()))
        .isEqualTo(checkpoint.root());
  }

  /** A disk that fails for good once so many steps are done, until it is given more. */
  private static Disk failing(AtomicInteger left) {
    Disk real = new LocalDisk();
    return new Disk() {
      private void step() throws IOException {
        if (left.getAndDecrement() <= 0) {
          left.set(0);
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void write(Path file, byte[] bytes) throws IOException {
        step();
        real.write(file, bytes);
      }

      @Override
      public void overwrite(Path file, byte[] bytes) throws IOException {
        step();
        real.overwrite(file, bytes);
      }

      @Override
      public void force(Path file) throws IOException {
        step();
        real.force(file);
      }

      @Override
      public void rename(Path from, Path to) throws IOException {
        step();
        real.rename(from, to);
      }

      @Override
      public void makeDirectory(Path made) throws IOException {
        step();
        real.makeDirectory(made);
      }

      @Override
      public void forceDirectory(Path forced) throws IOException {
        step();
        real.forceDirectory(forced);
      }

      @Override
      public void remove(Path path) throws IOException {
        step();
        real.remove(path);
      }
    };
  }
}
