package dev.stepgate.gateway.cli;

import dev.stepgate.config.AccessConfig;
import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.view.StateDirectory;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which state directory a command looks into: {@code --state}, else the configuration's. */
final class StateOption {

  @Mixin private ConfigOption config;

  @Option(
      names = "--state",
      paramLabel = "DIRECTORY",
      description = "The state directory to look into, instead of the configuration's.")
  private Path state;

  /** What the configuration says of jobs and connections now; empty if only --state was given. */
  Optional<AccessConfig> access() throws Failure, ConfigException {
    return state != null && config.named().isEmpty()
        ? Optional.empty()
        : Optional.of(config.load().access());
  }

  /** Where the configuration is. */
  ConfigOption config() {
    return config;
  }

  StateDirectory directory() throws Failure, ConfigException {
    return new StateDirectory(state != null ? state : config.load().state());
  }
}
