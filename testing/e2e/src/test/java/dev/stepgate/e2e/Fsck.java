package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tessera's checker of tlog-tiles logs, by other people in another language ({@code
 * testing/e2e/clients/tlog}).
 */
final class Fsck {

  private Fsck() {}

  /** What it says of a log, within so many seconds. */
  static Ran of(Path log, Path key, int seconds) {
    try {
      return Program.of(ClientPrograms.tlogCheck())
          .with("LOG", log.toString())
          .with("KEY", Files.readString(key).strip())
          .with("SECONDS", Integer.toString(seconds))
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it is content with a log of so many leaves. */
  static boolean passes(Path log, Path key, long size, int seconds) {
    Ran ran = of(log, key, seconds);
    return ran.exit() == 0 && ran.out().equals("fsck agrees: " + size + " leaves\n");
  }
}
