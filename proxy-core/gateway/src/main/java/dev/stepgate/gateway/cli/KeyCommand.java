package dev.stepgate.gateway.cli;

import dev.stepgate.audit.LogException;
import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stepgate key}. */
@Command(
    name = "key",
    description = "Show the key by which others verify this gateway's evidence.",
    mixinStandardHelpOptions = true,
    subcommands = KeyCommand.Show.class)
final class KeyCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: stepgate key show");
  }

  /** {@code stepgate key show}. */
  @Command(
      name = "show",
      description = {
        "Print the verifier key. It is public; keep a copy where the gateway's operator cannot"
            + " change it, and give that to stepgate verify --key."
      },
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {

    @Mixin private StateOption state;

    @Override
    public Integer call() throws Failure, ConfigException {
      try {
        LogReader log = new LogReader(state.directory().path().resolve("log"));
        System.out.println(log.key().text());
        return ExitCode.OK;
      } catch (MalformedException | LogException e) {
        throw new Failure(ExitCode.BAD, "there is no key yet: " + PlainText.escape(e.getMessage()));
      }
    }
  }
}
