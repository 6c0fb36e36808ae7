package dev.stepgate.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Tessera's checker of tlog-tiles logs, by other people in another language. It exits with 0
 * whatever it found and waits for ever for some tiles, so what counts is what it says in the end,
 * in bounded time.
 */
final class Fsck {

  private static final String MODULE = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4";
  private static final String SUCCESS = "Successfully fsck'd log with size ";
  private static final Duration DOWNLOAD = Duration.ofMinutes(10);
  private static final Path READY = Machine.target().resolve("fsck");

  private Fsck() {}

  /** Builds it, once, from the Go module. */
  static synchronized Path program() {
    Path program = READY.resolve("fsck");
    if (!Files.exists(program)) {
      Program.inheriting("go", "install", MODULE)
          .with("GOBIN", READY.toAbsolutePath().toString())
          .within(DOWNLOAD)
          .run()
          .ok();
    }
    return program;
  }

  /** Whether it is content with a log of so many leaves. */
  static boolean passes(Path log, Path key, long size, int seconds) {
    Ran ran =
        Program.of(
                "timeout",
                String.valueOf(seconds),
                program().toString(),
                "-ui=false",
                "-origin=stepgate/e2e",
                "-storage_url=file://" + log + "/",
                "-public_key=" + key)
            .run();
    return (ran.out() + ran.err()).contains(SUCCESS + size + " ");
  }
}
