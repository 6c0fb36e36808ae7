package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlDoor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate reject}. */
@Command(
    name = "reject",
    description = {
      "Refuse an operation that waits for people; who asked is told so, with the reason."
    },
    mixinStandardHelpOptions = true)
final class RejectCommand implements Callable<Integer> {

  @Mixin private PersonAccess person;

  @Parameters(paramLabel = "ID", description = "The request, ap-…: see stepgate approvals.")
  private String id;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; who asked is told.")
  private String reason = "";

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException {
    ControlDoor.Answered now;
    byte[] request;
    try (PersonAccess.Opened at = person.open()) {
      now = at.door().answer(at.token(), id, false, reason);
      request = at.door().approval(at.token(), id);
    }
    if (json) {
      System.out.println(ApprovalText.parse(request));
      return ExitCode.OK;
    }
    System.out.println(PlainText.escape(ApprovalText.answered(id, now)));
    ApprovalText.lines(ApprovalText.parse(request))
        .forEach(line -> System.out.println(PlainText.escape(line)));
    return ExitCode.OK;
  }
}
