package dev.stepgate.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A step whose command only waits; its variables are the test's to use until it is ended. */
final class HeldStep implements AutoCloseable {

  private static final int END_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;
  private final CompletableFuture<String> said;
  private final Map<String, String> variables = new TreeMap<>();

  private HeldStep(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.said = new CompletableFuture<>();
    Thread reader = new Thread(this::listen, "stderr of exec");
    reader.setDaemon(true);
    reader.start();
  }

  static HeldStep start(Program exec) {
    HeldStep step = new HeldStep(exec.start());
    step.awaitVariables();
    return step;
  }

  /** The client variables that the step was given. */
  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  /** One of them. */
  String variable(String name) {
    return variables.get(name);
  }

  /** The process of {@code exec}, which is the gateway. */
  Process process() {
    return process;
  }

  /** A client program on this step's endpoint. */
  Program client(String... command) {
    return Program.of(command).with(variables);
  }

  /** Lets the command end; what {@code exec} said, seal lines included. */
  Sealed seal() {
    try {
      process.getOutputStream().close();
      String more = out.lines().reduce("", (a, b) -> a + b + "\n");
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("exec did not end within " + END_SECONDS + " s: " + said.join());
      }
      return new Sealed(process.exitValue(), more + said.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** {@code kill -9}: the gateway dies between two instructions. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    kill();
  }

  private void awaitVariables() {
    try {
      String line = out.readLine();
      for (; line != null && !line.equals("ready"); line = out.readLine()) {
        int equals = line.indexOf('=');
        if (line.startsWith("PG")
            || line.startsWith("STEPGATE_")
            || line.contains("DATABASE_URL=")) {
          variables.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      if (line == null) {
        throw new AssertionError("exec ended before its command began: " + said.join());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    try {
      said.complete(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      said.complete("(unreadable: " + e.getMessage() + ")");
    }
  }
}
