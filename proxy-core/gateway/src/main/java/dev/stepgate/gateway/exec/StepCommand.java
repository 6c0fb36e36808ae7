package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The command that a step runs, looked for before it is started, so that what is missing is said.
 */
final class StepCommand {

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

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

  /**
   * Looks whether the command's words are those that this process was given: what is not text in
   * the JVM's encoding has become something else, and would reach the server so.
   *
   * @param given the bytes of this process's command line, each word ended by a zero byte
   * @throws Failure with 64 if one is not
   */
  static void unchanged(List<String> command, byte[] given, Charset encoding) throws Failure {
    byte[] ours = (String.join("\0", command) + "\0").getBytes(encoding);
    int start = given.length - ours.length;
    if (start < 0 || !Arrays.equals(given, start, given.length, ours, 0, ours.length)) {
      throw new Failure(
          ExitCode.USAGE,
          "the command has a word that is not "
              + encoding
              + " text and would be changed on its way");
    }
  }

  /** {@link #unchanged(List, byte[], Charset)} for this process. */
  static void unchanged(List<String> command) throws Failure {
    // Only what could not be decoded can have changed, and this is what that becomes.
    if (command.stream().noneMatch(word -> word.indexOf('\uFFFD') >= 0)) {
      return;
    }
    try {
      unchanged(
          command,
          Files.readAllBytes(COMMAND_LINE),
          Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    } catch (IOException e) {
      throw new Failure(ExitCode.GATEWAY, COMMAND_LINE + " cannot be read");
    }
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
