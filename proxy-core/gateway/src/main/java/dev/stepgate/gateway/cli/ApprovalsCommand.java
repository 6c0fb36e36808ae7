package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.exec.ApprovalSummary;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stepgate approvals}. */
@Command(
    name = "approvals",
    description = "What waits for people, and who may see it: those who may answer.",
    mixinStandardHelpOptions = true,
    subcommands = {ApprovalsCommand.ListCommand.class, ApprovalsCommand.ShowCommand.class})
final class ApprovalsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list or show is missing");
  }

  /** {@code stepgate approvals list}. */
  @Command(
      name = "list",
      description = "List the requests that you may answer, the oldest first.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {

    @Mixin private PersonAccess person;

    @Option(names = "--all", description = "Also the last ones that have ended.")
    private boolean all;

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws Failure, ConfigException {
      List<ApprovalSummary> requests;
      try (PersonAccess.Opened at = person.open()) {
        requests = at.door().approvals(at.token(), all);
      }
      if (json) {
        ArrayNode array = SessionJson.JSON.createArrayNode();
        requests.forEach(request -> array.add(SessionJson.JSON.valueToTree(request)));
        System.out.println(array);
        return ExitCode.OK;
      }
      requests.forEach(request -> System.out.println(PlainText.escape(ApprovalText.line(request))));
      if (requests.isEmpty()) {
        System.out.println("nothing waits for you");
      }
      return ExitCode.OK;
    }
  }

  /** {@code stepgate approvals show}. */
  @Command(
      name = "show",
      description = "Show exactly what will run, for whom, and what it would touch.",
      mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {

    @Mixin private PersonAccess person;

    @Parameters(paramLabel = "ID", description = "The request, ap-….")
    private String id;

    @Option(names = "--json", description = "Print the request as it is kept, a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Failure, ConfigException {
      byte[] request;
      try (PersonAccess.Opened at = person.open()) {
        request = at.door().approval(at.token(), id);
      }
      if (json) {
        System.out.println(ApprovalText.parse(request));
      } else {
        ApprovalText.lines(ApprovalText.parse(request))
            .forEach(line -> System.out.println(PlainText.escape(line)));
      }
      return ExitCode.OK;
    }
  }
}
