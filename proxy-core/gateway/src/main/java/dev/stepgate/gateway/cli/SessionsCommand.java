package dev.stepgate.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stepgate sessions}. */
@Command(
    name = "sessions",
    description = "List, show and export sessions, offline or beside a running gateway.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SessionsListCommand.class,
      SessionsShowCommand.class,
      SessionsExportCommand.class
    })
final class SessionsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: stepgate sessions list, show or export");
  }
}
