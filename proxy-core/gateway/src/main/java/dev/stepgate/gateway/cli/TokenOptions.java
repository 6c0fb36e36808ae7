package dev.stepgate.gateway.cli;

import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.JobToken;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a token is: a job's, or a person's. */
final class TokenOptions {

  @Option(
      names = "--token-env",
      paramLabel = "NAME",
      description =
          "The variable that holds the token; a job's is else in " + JobToken.VARIABLE + ".")
  private String variable;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The file that holds the token.")
  private Path file;

  /** The job's token: it lies in its variable unasked. */
  JobToken job(Map<String, String> environment) throws Failure {
    return JobToken.of(file, variable, environment);
  }

  /** The person's token, if the command line names one. */
  Optional<String> person(Map<String, String> environment) throws Failure {
    return file == null && variable == null
        ? Optional.empty()
        : JobToken.of(file, variable, environment).text();
  }
}
