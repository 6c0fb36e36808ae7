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
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stepgate explain}. */
@Command(
    name = "explain",
    description = {
      "Say why a session or an operation was refused and what would make it pass.",
      "For the operator: it reads the state directory and the configuration, or a bundle.",
      "With --sql: what a connection's rules say of a statement, without asking its server."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

  private static final int LISTED = 5;

  @Mixin private StateOption state;

  @Parameters(
      arity = "0..1",
      paramLabel = "REFERENCE",
      description =
          "The sg-XXXX or sg-XXXX:17 of a message; a session's id, or enough of its beginning or"
              + " end; with :NUMBER one of its operations, with /RECORDING:NUMBER of that"
              + " recording. Or a bundle's file with :NUMBER.")
  private String reference;

  @ArgGroup(exclusive = false, heading = "A statement:%n")
  private StatementOption statement;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    if ((reference == null) == (statement == null)) {
      throw new Failure(ExitCode.USAGE, "give a reference, or --sql with --connection");
    }
    if (statement != null) {
      say(statement.explain(state.config()));
      return ExitCode.OK;
    }
    Optional<OperationReference> operation = OperationReference.parse(reference);
    if (operation.isPresent() && !wasNeverOpened(operation.get())) {
      say(operation.get().explain(state));
      return ExitCode.OK;
    }
    session();
    return ExitCode.OK;
  }

  private boolean wasNeverOpened(OperationReference operation)
      throws Failure, ConfigException, IOException {
    return operation.bundle().isEmpty()
        && !RefusedSession.find(
                state.directory().path(), StateDirectory.wanted(operation.session()))
            .isEmpty();
  }

  private void session() throws Failure, ConfigException, IOException {
    StateDirectory directory = state.directory();
    String wanted = StateDirectory.wanted(reference);
    List<RefusedSession> refused = RefusedSession.find(directory.path(), wanted);
    if (wanted.isEmpty() || refused.isEmpty()) {
      opened(directory.find(reference));
      return;
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
  }

  private static void opened(LoggedSession session) {
    System.out.println("session " + session.id() + " was opened; it is " + session.state());
    say(WhoText.lines(session.opened(), session.ended()));
  }

  private static void say(List<String> lines) {
    lines.forEach(line -> System.out.println(line.isEmpty() ? "" : PlainText.escape(line)));
  }
}
