package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.config.PolicyCases;
import dev.stepgate.config.PolicyCasesReader;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.policy.ExplainedText;
import dev.stepgate.gateway.policy.SqlFacts;
import dev.stepgate.gateway.policy.Trial;
import dev.stepgate.policy.Explained;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stepgate policy}. */
@Command(
    name = "policy",
    description = "Check and test the rules.",
    mixinStandardHelpOptions = true,
    subcommands = {PolicyCommand.Check.class, PolicyCommand.Test.class, PolicySuggestCommand.class})
final class PolicyCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: stepgate policy check, test FILE or suggest SESSION");
  }

  /** {@code stepgate policy check}. */
  @Command(
      name = "check",
      description = "Read the configuration and list each connection's rules with their digest.",
      mixinStandardHelpOptions = true)
  static final class Check implements Callable<Integer> {

    @Mixin private ConfigOption config;

    @Override
    public Integer call() throws Failure, ConfigException {
      GatewayConfig loaded = config.load();
      loaded.warnings().forEach(warning -> err("warning: " + warning));
      for (String connection : loaded.connections().keySet()) {
        Ruleset rules = loaded.rules().get(connection);
        if (rules == null) {
          out(connection + ": no rules, everything is allowed and recorded");
        } else {
          list(connection, rules);
        }
      }
      return ExitCode.OK;
    }

    private static void list(String connection, Ruleset rules) {
      out(
          connection
              + ": "
              + rules.mode().word()
              + ", default "
              + (rules.allowsRest() ? "allow" : "deny")
              + ", policy "
              + new RulePolicy(rules).edition().digest());
      for (Rule rule : rules.rules()) {
        String message = rule.then().message();
        out(
            "  "
                + ExplainedText.word(rule.then().verdict())
                + "  "
                + rule.name()
                + (message.isEmpty() ? "" : ": " + message));
      }
    }
  }

  /** {@code stepgate policy test}. */
  @Command(
      name = "test",
      description = {
        "Hold statements against the rules and compare with what the file expects.",
        "No server is asked: names mean what the file says of them."
      },
      mixinStandardHelpOptions = true)
  static final class Test implements Callable<Integer> {

    @Mixin private ConfigOption config;

    @Parameters(paramLabel = "FILE", description = "The cases, as docs/guides/rules.md has them.")
    private Path file;

    @Option(
        names = {"-v", "--verbose"},
        description = "Explain each case, not only those that are not as expected.")
    private boolean verbose;

    @Override
    public Integer call() throws Failure, ConfigException, IOException {
      GatewayConfig loaded = config.load();
      PolicyCases cases = PolicyCasesReader.read(file, loaded.rules().keySet());
      int wrong = 0;
      try (SqlFacts facts = new SqlFacts()) {
        for (PolicyCases.Case one : cases.cases()) {
          Ruleset rules = loaded.rules().get(one.connection());
          Instant at = one.at().orElseGet(() -> InstantSource.system().instant());
          Explained explained =
              new Trial(rules, cases.excerpt(), facts).of(one.sql(), one.as(), at);
          wrong += judge(one, explained) ? 0 : 1;
        }
      }
      out(
          cases.cases().size()
              + (cases.cases().size() == 1 ? " case, " : " cases, ")
              + (wrong == 0 ? "all as expected" : wrong + " not as expected"));
      return wrong == 0 ? ExitCode.OK : ExitCode.BAD;
    }

    private boolean judge(PolicyCases.Case one, Explained explained) {
      boolean right =
          explained.decision().verdict() == one.expected()
              && (one.rule().isEmpty() || explained.decision().rule().equals(one.rule()));
      if (!right || verbose) {
        out(
            file
                + ":"
                + one.line()
                + ": "
                + (right
                    ? "as expected"
                    : "expected "
                        + ExplainedText.word(one.expected())
                        + (one.rule().isEmpty() ? "" : " by rule \"" + one.rule() + "\""))
                + ": "
                + one.sql().strip());
        ExplainedText.lines(explained).forEach(line -> out(line.isEmpty() ? "" : "  " + line));
        out("");
      }
      return right;
    }
  }

  private static void out(String line) {
    System.out.println(line.isEmpty() ? "" : PlainText.escape(line));
  }

  private static void err(String line) {
    System.err.println(PlainText.escape(line));
  }
}
