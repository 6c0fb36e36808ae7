package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.ConfigProblem;
import dev.stepgate.config.FileRules;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stepgate config}. */
@Command(
    name = "config",
    description = "Check the configuration.",
    mixinStandardHelpOptions = true,
    subcommands = ConfigCommand.Check.class)
final class ConfigCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: stepgate config check");
  }

  /** {@code stepgate config check}. */
  @Command(
      name = "check",
      description = "Read the configuration and tell everything that is wrong with it.",
      mixinStandardHelpOptions = true)
  static final class Check implements Callable<Integer> {

    @Mixin private ConfigOption config;

    @Option(
        names = "--user",
        paramLabel = "NAME",
        description = "Check for a gateway that will run as this user.")
    private String user;

    @Option(names = "--json", description = "Print a JSON object instead of lines.")
    private boolean json;

    @Override
    public Integer call() throws Failure, IOException {
      Path file = config.path();
      try {
        GatewayConfig checked =
            ConfigFile.load(file, System.getenv(), rules(), InstantSource.system());
        print(file, checked, List.of());
        return ExitCode.OK;
      } catch (ConfigException e) {
        print(file, null, e.problems());
        return ExitCode.CONFIG;
      }
    }

    private FileRules rules() throws Failure, IOException {
      if (user == null) {
        return FileRules.ofThisProcess();
      }
      OsUser named =
          OsUser.named(user)
              .orElseThrow(() -> new Failure(ExitCode.USAGE, "there is no user " + user));
      return new FileRules(named.uid());
    }

    private void print(Path file, GatewayConfig checked, List<ConfigProblem> problems) {
      if (json) {
        List<ConfigProblem> warnings = checked == null ? List.of() : checked.warnings();
        System.out.println(toJson(file, problems, warnings));
      } else if (checked != null) {
        System.out.println(
            PlainText.escape(
                file
                    + ": gateway "
                    + checked.name()
                    + ", connections "
                    + String.join(", ", checked.connections().keySet())
                    + ": no problem; "
                    + rules(checked)));
      }
      if (!json && checked != null) {
        checked
            .warnings()
            .forEach(warning -> System.err.println(PlainText.escape("warning: " + warning)));
      }
      if (!json) {
        problems.forEach(problem -> System.err.println(PlainText.escape(problem.toString())));
      }
    }

    /** {@code rules for orders-db (enforce), none for billing-db}. */
    private static String rules(GatewayConfig checked) {
      if (checked.rules().isEmpty()) {
        return "no rules, everything is allowed and recorded";
      }
      List<String> with = new ArrayList<>();
      List<String> without = new ArrayList<>(checked.connections().keySet());
      checked
          .rules()
          .forEach(
              (name, ruleset) -> {
                with.add(name + " (" + ruleset.mode().word() + ")");
                without.remove(name);
              });
      return "rules for "
          + String.join(", ", with)
          + (without.isEmpty()
              ? ""
              : "; none for " + String.join(", ", without) + ", where everything is allowed");
    }

    private static String toJson(
        Path file, List<ConfigProblem> problems, List<ConfigProblem> warnings) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("file", file.toString()).put("ok", problems.isEmpty());
      list(node.putArray("problems"), problems);
      list(node.putArray("warnings"), warnings);
      return node.toString();
    }

    private static void list(ArrayNode list, List<ConfigProblem> problems) {
      for (ConfigProblem problem : problems) {
        list.addObject()
            .put("file", problem.file().toString())
            .put("line", problem.line())
            .put("key", problem.key())
            .put("message", problem.message());
      }
    }
  }
}
