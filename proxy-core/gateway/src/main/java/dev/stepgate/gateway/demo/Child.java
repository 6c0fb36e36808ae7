package dev.stepgate.gateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that the demo runs to its end, with its output kept.
 *
 * @param code its exit code
 * @param out what it printed
 */
record Child(int code, String out) {

  private static final int MAX_OUTPUT = 64 << 20;
  private static final long MAX_SECONDS = 300;
  private static final long END_SECONDS = 10;

  /**
   * Runs {@code command} in {@code directory}.
   *
   * @param errors where its errors go, or empty to have them with its output
   */
  static Child run(
      DemoPlace place,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Optional<Path> errors)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    errors.ifPresentOrElse(
        file -> builder.redirectError(file.toFile()), () -> builder.redirectErrorStream(true));
    Process process = place.start(builder, Child::end);
    try (InputStream out = process.getInputStream()) {
      byte[] bytes = out.readNBytes(MAX_OUTPUT);
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command.get(0) + " did not end within " + MAX_SECONDS + " s");
      }
      return new Child(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command.get(0) + " was interrupted", e);
    } finally {
      end(process);
    }
  }

  // Not only told to end but seen to: it writes into the directory that is removed next.
  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
          .get(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
