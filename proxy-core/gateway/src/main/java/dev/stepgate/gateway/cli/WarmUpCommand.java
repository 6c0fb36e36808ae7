package dev.stepgate.gateway.cli;

import dev.stepgate.Stepgate;
import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.Gateways;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code stepgate warm-up}: opens and seals a session for nobody, so that the launcher can archive
 * the classes which that takes.
 */
@Command(name = "warm-up", hidden = true, description = "Used by the launcher while it builds.")
final class WarmUpCommand implements Callable<Integer> {

  private static final String CONFIGURATION =
      """
      name: warm-up
      state: state
      limits: { journal: 16MiB }
      connections:
        nowhere:
          protocol: postgresql
          address: 127.0.0.1:1/nowhere
          user: nobody
          password: { file: password }
          open_to: [ { issuer: local, user: nobody } ]
      """;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    new CommandLine(new ExecCommand()).parseArgs("--connection", "nowhere", "--", "true");
    Path directory = Files.createTempDirectory("stepgate-warm-up-");
    try {
      ownersOnly(Files.writeString(directory.resolve("password"), "nothing\n"));
      Path file = ownersOnly(Files.writeString(directory.resolve("stepgate.yml"), CONFIGURATION));
      GatewayConfig config = ConfigFile.load(file, InstantSource.system());
      try (Stepgate stepgate = Gateways.start(config)) {
        JobContext job =
            new JobContext(
                "nobody(0)", Isolation.NONE, new Evidence.LocalUser("nobody", 0), Map.of());
        Gateways.open(stepgate, job, List.of("nowhere")).seal();
      }
      new StateDirectory(config.state()).sessions();
      return ExitCode.OK;
    } finally {
      remove(directory);
    }
  }

  private static Path ownersOnly(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
