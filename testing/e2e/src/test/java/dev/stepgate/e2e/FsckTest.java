package dev.stepgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepgate.audit.Appended;
import dev.stepgate.audit.KeyFile;
import dev.stepgate.audit.Log;
import dev.stepgate.audit.note.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log as another project's checker reads it: three levels of tiles, full and partial. */
@EndToEnd
class FsckTest {

  private static final int LEAVES = 66_000;
  private static final int PATIENCE_SECONDS = 60;
  private static final int IMPATIENCE_SECONDS = 10;

  private final Path directory = Machine.directory("fsck");
  private final Path log = directory.resolve("state/log");
  private final Path key = directory.resolve("keys/log.key.pub");

  @BeforeEach
  void go() {
    assumeTrue(ClientPrograms.hasGo(), "no go on this machine, so Tessera's fsck is not built");
  }

  @AfterEach
  void remove() {
    Machine.remove(directory);
  }

  @Test
  void tesseras_checker_passes_at_every_kind_of_size_and_fails_on_a_changed_tile()
      throws IOException {
    int[] sizes = {1, 255, 256, 257, 65_535, 65_536, 65_537, LEAVES};
    KeyFile keys =
        KeyFile.open(directory.resolve("keys/log.key"), Origin.of("e2e"), log.getParent());
    try (Log writer = Log.open(log, keys)) {
      for (int size : sizes) {
        grow(writer, size);
        assertThat(Fsck.passes(log, key, size, PATIENCE_SECONDS)).as("%d leaves", size).isTrue();
      }
    }
    for (String file : List.of("tile/0/100", "tile/1/000", "tile/entries/200", "checkpoint")) {
      byte[] whole = Files.readAllBytes(log.resolve(file));
      byte[] changed = whole.clone();
      changed[30] ^= 1;
      Files.write(log.resolve(file), changed);
      assertThat(Fsck.passes(log, key, LEAVES, IMPATIENCE_SECONDS)).as(file).isFalse();
      Files.write(log.resolve(file), whole);
    }
    assertThat(Fsck.passes(log, key, LEAVES, PATIENCE_SECONDS)).isTrue();
  }

  private static void grow(Log writer, int size) {
    List<CompletableFuture<Appended>> some = new ArrayList<>();
    for (long i = writer.checkpoint().size(); i < size; i++) {
      some.add(writer.append(("leaf " + i).getBytes(UTF_8)));
      if (some.size() == 5000 || i == size - 1) {
        some.forEach(CompletableFuture::join);
        some.clear();
      }
    }
  }
}
