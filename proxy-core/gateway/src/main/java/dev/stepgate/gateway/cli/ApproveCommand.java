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

/** {@code stepgate approve}. */
@Command(
    name = "approve",
    description = {
      "Agree to an operation that waits for people, as this machine's user or by an ID token.",
      "It runs once, exactly as stepgate approvals show ID shows it."
    },
    mixinStandardHelpOptions = true)
final class ApproveCommand implements Callable<Integer> {

  @Mixin private PersonAccess person;

  @Parameters(paramLabel = "ID", description = "The request, ap-…: see stepgate approvals.")
  private String id;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept with the answer.")
  private String reason = "";

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException {
    ControlDoor.Answered now;
    byte[] request;
    try (PersonAccess.Opened at = person.open()) {
      now = at.door().answer(at.token(), id, true, reason);
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
