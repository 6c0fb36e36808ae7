package dev.stepgate.gateway.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs one of the system's own small programs for its output: no input, no inherited environment,
 * bounded in time and output.
 */
final class BoundedRun {

  private static final int MAX_OUTPUT = 64 << 10;
  private static final long TIMEOUT_SECONDS = 10;

  private BoundedRun() {}

  /** What the program printed, or nothing if it failed. */
  static Optional<String> output(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      Map<String, String> environment = builder.environment();
      environment.clear();
      environment.put("PATH", SystemPrograms.PATH);
      environment.put("LC_ALL", "C");
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      Process process = builder.start();
      try (InputStream out = process.getInputStream()) {
        byte[] bytes = out.readNBytes(MAX_OUTPUT);
        boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return ended && process.exitValue() == 0
            ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
            : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
