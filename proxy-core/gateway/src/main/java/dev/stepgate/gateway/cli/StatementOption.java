package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.policy.ExplainedText;
import dev.stepgate.gateway.policy.SqlFacts;
import dev.stepgate.gateway.policy.Trial;
import dev.stepgate.policy.Ruleset;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** {@code --sql} and what goes with it. */
final class StatementOption {

  @Option(names = "--sql", required = true, paramLabel = "TEXT", description = "The statement.")
  private String sql;

  @Option(
      names = "--connection",
      required = true,
      paramLabel = "NAME",
      description = "The connection whose rules are asked.")
  private String connection;

  @Option(
      names = "--as",
      paramLabel = "CLAIM=VALUE",
      description = "A claim of whoever asks, issuer=github for one; may be repeated.")
  private Map<String, String> as = new TreeMap<>();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When, 2026-11-24T10:00:00Z for one; else now.")
  private String at;

  /** The lines. */
  List<String> explain(ConfigOption config) throws Failure, ConfigException {
    GatewayConfig loaded = config.load();
    Ruleset rules = loaded.rules().get(connection);
    if (rules == null) {
      String name = PlainText.escape(connection);
      throw new Failure(
          ExitCode.BAD,
          loaded.connections().containsKey(connection)
              ? "connection " + name + " has no rules: everything is allowed and recorded"
              : "there is no connection " + name);
    }
    try (SqlFacts facts = new SqlFacts()) {
      return ExplainedText.lines(
          new Trial(rules, Excerpt.NONE, facts).of(sql, new TreeMap<>(as), time()));
    }
  }

  private Instant time() throws Failure {
    try {
      return at == null ? InstantSource.system().instant() : Instant.parse(at);
    } catch (DateTimeException e) {
      throw new Failure(ExitCode.USAGE, "--at is no time; 2026-11-24T10:00:00Z is expected");
    }
  }
}
