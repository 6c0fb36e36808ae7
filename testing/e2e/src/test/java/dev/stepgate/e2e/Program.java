package dev.stepgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program to run: its words, an environment that inherits nothing but PATH and HOME unless asked
 * to, and a time limit, after which it is killed and the test fails.
 */
final class Program {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>();
  private Duration limit = LIMIT;
  private Path directory;
  private File input = new File("/dev/null");
  private File output;
  private boolean merged;

  private Program(List<String> command) {
    this.command = List.copyOf(command);
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", System.getenv().getOrDefault("HOME", "/"));
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TZ", "UTC");
    environment.put("PSQLRC", "/dev/null");
  }

  static Program of(String... command) {
    return new Program(List.of(command));
  }

  static Program of(List<String> command) {
    return new Program(command);
  }

  /** With this process's whole environment: a build tool needs its proxies and caches. */
  static Program inheriting(String... command) {
    return new Program(List.of(command)).with(System.getenv());
  }

  /** The same words for the user {@code user}; unchanged unless this process is root. */
  static Program as(String user, String... command) {
    return new Program(commandAs(user, List.of(command)));
  }

  /** The words that run {@code command} as {@code user} and with no other group. */
  static List<String> commandAs(String user, List<String> command) {
    if (!Machine.root()) {
      return command;
    }
    List<String> words =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    words.addAll(command);
    return words;
  }

  Program with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Program with(Map<String, String> values) {
    environment.putAll(values);
    return this;
  }

  Program in(Path where) {
    directory = where;
    return this;
  }

  Program within(Duration longest) {
    limit = longest;
    return this;
  }

  Program reading(Path file) {
    input = file.toFile();
    return this;
  }

  /** Sends standard output to a file instead of memory. */
  Program writing(Path file) {
    output = file.toFile();
    return this;
  }

  /** Sends standard output and error to a file. */
  Program writingAll(Path file) {
    output = file.toFile();
    merged = true;
    return this;
  }

  /** Starts it and returns at once; standard input is a pipe. The caller ends it. */
  Process start() {
    try {
      ProcessBuilder builder = builder();
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  /** Runs it to its end. */
  Ran run() {
    try {
      ProcessBuilder builder = builder().redirectInput(input);
      Process process = builder.start();
      CompletableFuture<String> out = all(process.getInputStream());
      CompletableFuture<String> err = all(process.getErrorStream());
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "still running after "
                + limit
                + ": "
                + new Ran(command, process.exitValue(), out.join(), err.join()));
      }
      return new Ran(command, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", command), e);
    }
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    if (output != null) {
      builder.redirectErrorStream(merged).redirectOutput(output);
    }
    return builder;
  }

  private static CompletableFuture<String> all(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          try (stream) {
            stream.transferTo(bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return bytes.toString(StandardCharsets.UTF_8);
        },
        task -> new Thread(task, "output").start());
  }
}
