package dev.stepgate.gateway.cli;

import dev.stepgate.audit.LogException;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.config.ConfigException;
import dev.stepgate.evidence.BundleWriter;
import dev.stepgate.evidence.Claim;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.LoggedSession;
import dev.stepgate.gateway.view.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate sessions export}. */
@Command(
    name = "export",
    description = "Write a session that has ended into a bundle that anybody can verify offline.",
    mixinStandardHelpOptions = true)
final class SessionsExportCommand implements Callable<Integer> {

  @Mixin private StateOption state;

  @Parameters(paramLabel = "SESSION", description = "Its id or reference.")
  private String reference;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The bundle's file; else SESSION.stepgate here.")
  private Path output;

  @Option(
      names = "--without-bodies",
      description = "Withhold all statements, parameters and rows; the proofs hold nevertheless.")
  private boolean withoutBodies;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "Add the proof that the log continues this earlier checkpoint: a signed one, or a build"
              + " log with stepgate-proof lines. May be given more than once.")
  private List<Path> checkpoints = new ArrayList<>();

  @Override
  public Integer call() throws Failure, ConfigException {
    StateDirectory directory = state.directory();
    LoggedSession session = directory.find(reference);
    Path file = output != null ? output : Path.of(session.id() + ".stepgate");
    try {
      BundleWriter writer = new BundleWriter(directory.path(), session.id());
      if (withoutBodies) {
        writer.withoutBodies();
      }
      for (Path checkpoint : checkpoints) {
        Claim.read(checkpoint).forEach(writer::since);
      }
      Checkpoint written = writer.write(file);
      System.out.println(
          PlainText.escape(
              file + ": session " + session.id() + ", log at " + written.size() + " leaves"));
      return ExitCode.OK;
    } catch (MalformedException | LogException | IOException e) {
      throw new Failure(
          ExitCode.BAD, "the session cannot be exported: " + PlainText.escape(e.getMessage()));
    }
  }
}
