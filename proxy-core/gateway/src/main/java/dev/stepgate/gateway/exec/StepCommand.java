package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The command that a step runs, looked for before it is started, so that what is missing is said.
 */
final class StepCommand {

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private StepCommand() {}

  /**
   * Looks for the command where execvp(3) will.
   *
   * @throws Failure with 127 if it is not there, with 126 if it cannot be executed
   */
  static void check(List<String> command, Map<String, String> environment) throws Failure {
    String name = command.get(0);
    if (name.isEmpty()) {
      throw new Failure(ExitCode.NOT_FOUND, "the command's name is empty");
    }
    if (name.indexOf('/') >= 0) {
      executable(Path.of(name), name);
      return;
    }
    Path unusable = null;
    for (String directory : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return;
      }
      unusable = Files.isRegularFile(candidate) ? candidate : unusable;
    }
    if (unusable != null) {
      executable(unusable, name);
    }
    throw new Failure(ExitCode.NOT_FOUND, PlainText.escape(name) + ": command not found");
  }

  private static void executable(Path file, String name) throws Failure {
    if (Files.notExists(file)) {
      throw new Failure(ExitCode.NOT_FOUND, PlainText.escape(name) + ": no such file");
    }
    if (Files.isDirectory(file) || !Files.isExecutable(file)) {
      throw new Failure(ExitCode.CANNOT_EXECUTE, PlainText.escape(name) + ": cannot be executed");
    }
  }
}
