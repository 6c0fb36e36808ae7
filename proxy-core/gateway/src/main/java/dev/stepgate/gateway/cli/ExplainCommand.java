package dev.stepgate.gateway.cli;

import dev.stepgate.config.AccessConfig;
import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.Explanation;
import dev.stepgate.gateway.view.LoggedSession;
import dev.stepgate.gateway.view.RefusedSession;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.gateway.view.WhoText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stepgate explain}. */
@Command(
    name = "explain",
    description = {
      "Say why a session was refused and what would make it pass, or for whom it was opened.",
      "For the operator: it reads the state directory and the configuration."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

  private static final int LISTED = 5;

  @Mixin private StateOption state;

  @Parameters(
      paramLabel = "REFERENCE",
      description = "The sg-XXXX of a message, a session's id, or enough of its beginning or end.")
  private String reference;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    StateDirectory directory = state.directory();
    String wanted = StateDirectory.wanted(reference);
    List<RefusedSession> refused = RefusedSession.find(directory.path(), wanted);
    if (wanted.isEmpty() || refused.isEmpty()) {
      opened(directory.find(reference));
      return ExitCode.OK;
    }
    if (refused.size() > 1) {
      throw new Failure(
          ExitCode.BAD,
          "there are "
              + refused.size()
              + " refused sessions "
              + PlainText.escape(reference)
              + ": "
              + String.join(
                  ", ", refused.stream().limit(LISTED).map(RefusedSession::session).toList()));
    }
    Optional<AccessConfig> now = state.access();
    say(Explanation.of(refused.get(0), now));
    return ExitCode.OK;
  }

  private static void opened(LoggedSession session) {
    System.out.println("session " + session.id() + " was opened; it is " + session.state());
    say(WhoText.lines(session.opened(), session.ended()));
  }

  private static void say(List<String> lines) {
    lines.forEach(line -> System.out.println(line.isEmpty() ? "" : PlainText.escape(line)));
  }
}
