package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The token that the job's CI system gave it, and where it was.
 *
 * @param text the token, if there is one
 * @param variables those that held it or may hold another one, which the step does not inherit
 */
public record JobToken(Optional<String> text, Set<String> variables) {

  /** Where a token is looked for unless something else is said. */
  public static final String VARIABLE = "STEPGATE_ID_TOKEN";

  /** The largest file that is read for a token, in bytes; the gateway's own limit is lower. */
  static final int MAX_BYTES = 32 << 10;

  /**
   * The token in {@code file} or in the variable of that name, whichever is given; else that in
   * {@value #VARIABLE}, if it is set.
   *
   * @throws Failure if it is not there, or both are given
   */
  public static JobToken of(Path file, String variable, Map<String, String> environment)
      throws Failure {
    if (file != null && variable != null) {
      throw new Failure(ExitCode.USAGE, "--token-file and --token-env contradict each other");
    }
    if (file != null) {
      return new JobToken(Optional.of(read(file)), Set.of(VARIABLE));
    }
    String name = variable == null ? VARIABLE : variable;
    String text = environment.getOrDefault(name, "").strip();
    if (text.isEmpty() && variable != null) {
      throw new Failure(
          ExitCode.USAGE, "--token-env: " + PlainText.escape(name) + " is not set, or is empty");
    }
    // Beside the named one, the usual one: a job that has both shows one and would leave the other.
    Set<String> variables = name.equals(VARIABLE) ? Set.of(name) : Set.of(name, VARIABLE);
    return new JobToken(Optional.of(text).filter(found -> !found.isEmpty()), variables);
  }

  private static String read(Path file) throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      if (bytes.length > MAX_BYTES || text.isEmpty()) {
        throw new Failure(
            ExitCode.USAGE,
            "--token-file: "
                + PlainText.escape(file.toString())
                + " is empty or has more than "
                + MAX_BYTES
                + " bytes");
      }
      return text;
    } catch (IOException e) {
      throw new Failure(
          ExitCode.USAGE, "--token-file cannot be read: " + PlainText.escape(e.toString()));
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return text.map(token -> "a token of " + token.length() + " characters").orElse("no token");
  }
}
