package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --config}, and where a configuration is found without it. */
final class ConfigOption {

  private static final List<Path> PLACES =
      List.of(Path.of("stepgate.yml"), Path.of("/etc/stepgate/stepgate.yml"));

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration; else $STEPGATE_CONFIG, ./stepgate.yml or /etc/stepgate/stepgate.yml.")
  private Path file;

  /** The file that was named, on the command line or in the environment. */
  Optional<Path> named() {
    return Optional.ofNullable(file)
        .or(() -> Optional.ofNullable(System.getenv("STEPGATE_CONFIG")).map(Path::of));
  }

  /** The file to read. */
  Path path() throws Failure {
    Optional<Path> found = named().or(() -> PLACES.stream().filter(Files::exists).findFirst());
    return found.orElseThrow(
        () ->
            new Failure(
                ExitCode.CONFIG,
                "there is no configuration: give --config FILE, or write ./stepgate.yml or"
                    + " /etc/stepgate/stepgate.yml"));
  }

  /** The configuration, read and checked. */
  GatewayConfig load() throws Failure, ConfigException {
    return ConfigFile.load(path(), InstantSource.system());
  }
}
