package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.LoggedSession;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stepgate sessions list}. */
@Command(
    name = "list",
    description = "List sessions, oldest first.",
    mixinStandardHelpOptions = true)
final class SessionsListCommand implements Callable<Integer> {

  private static final int WIDEST = 28;

  @Mixin private StateOption state;

  @Option(
      names = "--last",
      paramLabel = "COUNT",
      defaultValue = "50",
      description = "How many of the newest (${DEFAULT-VALUE}); 0 for all.")
  private int last;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException {
    Count.atLeast(0, "--last", last);
    List<LoggedSession> all = state.directory().sessions();
    int skipped = last > 0 ? Math.max(0, all.size() - last) : 0;
    List<LoggedSession> shown = all.subList(skipped, all.size());
    if (json) {
      shown.forEach(session -> System.out.println(SessionJson.of(session)));
      return ExitCode.OK;
    }
    row("SESSION", "OPENED", "STATE", "OPERATIONS", "REFUSED", "ISOLATION", "BY", "CONNECTIONS");
    for (LoggedSession session : shown) {
      row(
          session.id(),
          session.opened().opened().toString(),
          session.state(),
          session.ended().map(ended -> Long.toString(ended.operations())).orElse("-"),
          session.ended().map(ended -> Long.toString(ended.refused())).orElse("-"),
          session.opened().isolation(),
          PlainText.escape(session.opened().by(), WIDEST),
          PlainText.escape(String.join(",", session.opened().connections())));
    }
    if (skipped > 0) {
      System.out.println(skipped + " older ones are not shown; --last 0 shows all");
    }
    return ExitCode.OK;
  }

  private static void row(String... cells) {
    System.out.println(
        String.format("%-26s %-24s %-11s %10s %7s %-9s %-16s %s", (Object[]) cells)
            .stripTrailing());
  }
}
