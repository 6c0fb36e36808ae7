package dev.stepgate;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.job.Claims;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What {@code docs/guides/embedding.md} shows, compiled. */
final class EmbeddingExample {

  private EmbeddingExample() {}

  // begin
  /** Runs one step with a session of its own and returns the seal for the build log. */
  static Seal runStep(Path configuration, Identity startedJob, List<String> command)
      throws ConfigException, StartException, RefusedException, IOException, InterruptedException {
    GatewayConfig config = ConfigFile.load(configuration, InstantSource.system());
    try (Stepgate stepgate = Stepgate.start(config)) {
      JobContext job =
          new JobContext(
              "jenkins(112)",
              Isolation.CONTAINER,
              new Evidence.Vouched(startedJob),
              Claims.from(System.getenv()));
      OpenSession session = stepgate.open(job, List.of("orders-db"));
      try {
        Path files = Files.createTempDirectory("step");
        for (Map.Entry<String, String> file : session.environment().files().entrySet()) {
          Files.writeString(files.resolve(file.getKey()), file.getValue());
        }
        ProcessBuilder step = new ProcessBuilder(command).inheritIO();
        Map<String, String> whole =
            session.environment().over(System.getenv(), config.secretVariables(), files);
        step.environment().clear();
        step.environment().putAll(whole);
        step.start().waitFor();
        return session.seal();
      } catch (IOException | InterruptedException e) {
        session.interrupt("the step could not be run");
        throw e;
      }
    }
  }
  // end
}
