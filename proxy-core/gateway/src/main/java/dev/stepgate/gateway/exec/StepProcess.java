package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The step's process: started with this process's input, output, directory and umask; signals that
 * come for this process go to it.
 */
final class StepProcess {

  private static final String SHELL = "/bin/sh";

  /** How long the killing of what is left may take. */
  private static final long KILL_SECONDS = 5;

  private final boolean ownGroup;

  /** Those whom a signal was handed to one by one; each knows itself, whatever its number. */
  private final Set<ProcessHandle> told = new HashSet<>();

  private Process process;
  private Signals arrived;

  /**
   * A step that is still to be started.
   *
   * @param ownGroup whether its command line puts it into a process group of its own
   */
  StepProcess(boolean ownGroup) {
    this.ownGroup = ownGroup;
  }

  /** Whether this process's input is a terminal, whose keys reach the whole foreground group. */
  static boolean atTerminal() {
    try {
      String input = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
      return input.startsWith("/dev/pts/")
          || input.startsWith("/dev/tty")
          || input.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  /** A signal for this process: hands it on, now or as soon as there is somebody to hand it to. */
  synchronized void signal(Signals signal) {
    arrived = signal;
    if (process != null) {
      forward(signal);
    }
  }

  /**
   * Runs {@code command} to its end.
   *
   * @return its exit code, 128 and the signal's number if one killed it
   */
  int run(List<String> command, Map<String, String> environment) throws Failure {
    Process started;
    synchronized (this) {
      if (arrived != null) {
        return ExitCode.SIGNAL + arrived.number();
      }
      started = start(command, environment);
      process = started;
    }
    int code = await(started);
    synchronized (this) {
      if (arrived != null) {
        killTheRest();
      }
    }
    return code;
  }

  private static int await(Process started) {
    while (true) {
      try {
        return started.waitFor();
      } catch (InterruptedException e) {
        // Nobody interrupts this thread; the step's end is all that it waits for.
      }
    }
  }

  // Told to stop, a command may end before those that it started. A group's number is not given to
  // another one while anybody is in it.
  private void killTheRest() {
    if (ownGroup) {
      kill("KILL", List.of("-" + process.pid()))
          .ifPresent(
              killing -> {
                try {
                  killing.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    told.forEach(ProcessHandle::destroyForcibly);
  }

  private static Process start(List<String> command, Map<String, String> environment)
      throws Failure {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    // What stays as it was is not put again: its bytes need not be text in any encoding.
    Map<String, String> own = builder.environment();
    own.keySet().retainAll(environment.keySet());
    environment.forEach(
        (name, value) -> {
          if (!value.equals(own.get(name))) {
            own.put(name, value);
          }
        });
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Failure(
          ExitCode.CANNOT_EXECUTE,
          PlainText.escape(command.get(0)) + " cannot be executed: " + PlainText.escape(reason(e)));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  // In a terminal's foreground group the keys' own signals have reached the step already. Only a
  // shell's kill can signal a group, and a JVM cannot send other signals than TERM and KILL.
  private void forward(Signals signal) {
    if (ownGroup) {
      kill(signal.name(), List.of("-" + process.pid()));
    } else if (signal != Signals.INT) {
      List<String> targets = new ArrayList<>();
      targets.add(Long.toString(process.pid()));
      try (Stream<ProcessHandle> descendants = process.descendants()) {
        descendants.forEach(
            child -> {
              told.add(child);
              targets.add(Long.toString(child.pid()));
            });
      }
      kill(signal.name(), targets);
    }
  }

  private static Optional<Process> kill(String signal, List<String> targets) {
    List<String> line = new ArrayList<>(List.of(SHELL, "-c", "kill -s \"$0\" -- \"$@\"", signal));
    line.addAll(targets);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return Optional.of(builder.start());
    } catch (IOException e) {
      // The step goes on; whoever sent the signal sends a stronger one.
      return Optional.empty();
    }
  }
}
