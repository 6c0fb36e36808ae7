package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.evidence.RegularFile;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.policy.RecordedWork;
import dev.stepgate.gateway.policy.SqlFacts;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate policy suggest}. */
@Command(
    name = "suggest",
    description = {
      "Print the tightest rules that would have allowed what recorded sessions did at a connection.",
      "Exact where the sessions ran with mode: observe; else by the statements' text alone."
    },
    mixinStandardHelpOptions = true)
final class PolicySuggestCommand implements Callable<Integer> {

  private static final int LISTED = 10;

  @Mixin private StateOption state;

  @Option(
      names = "--connection",
      required = true,
      paramLabel = "NAME",
      description = "The connection that the rules are for.")
  private String connection;

  @Parameters(arity = "1..*", paramLabel = "SESSION", description = "Sessions' ids or references.")
  private List<String> sessions;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    StateDirectory directory = state.directory();
    try (SqlFacts facts = new SqlFacts()) {
      RecordedWork work = new RecordedWork(facts);
      for (String session : sessions) {
        for (Path file : directory.recordings(directory.find(session).id())) {
          RegularFile.require(file);
          add(file, work);
        }
      }
      print(work);
    }
    return ExitCode.OK;
  }

  private void add(Path file, RecordedWork work) throws Failure, IOException {
    try (RecordingReader reader = RecordingReader.open(file)) {
      work.add(reader, connection);
    } catch (RecordingDamage e) {
      throw new Failure(ExitCode.BAD, PlainText.escape(file + ": " + e.getMessage()));
    }
  }

  private void print(RecordedWork work) throws Failure {
    if (work.operations() == 0) {
      throw new Failure(
          ExitCode.BAD, "these sessions asked " + PlainText.escape(connection) + " for nothing");
    }
    out("# what " + work.operations() + " requests did at " + connection);
    if (work.byText() > 0) {
      out(
          "# "
              + work.byText()
              + " of them by their text alone: what views and triggers do is not in it; names"
              + " without a schema are taken for public's");
    }
    if (!work.unknown().isEmpty()) {
      out(
          "# not everything is known of "
              + work.unknown().size()
              + ", so these rules refuse them: "
              + String.join(", ", work.unknown().stream().limit(LISTED).toList()));
    }
    out("default: deny");
    out("rules:");
    work.suggestion().lines().forEach(line -> out("  " + line));
  }

  private static void out(String line) {
    System.out.println(PlainText.escape(line));
  }
}
