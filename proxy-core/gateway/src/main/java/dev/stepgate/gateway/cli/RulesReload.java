package dev.stepgate.gateway.cli;

import dev.stepgate.Rules;
import dev.stepgate.config.ConfigException;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.Failure;
import java.util.List;
import java.util.function.Consumer;

/** Reads the configuration again and replaces the rules of a running gateway. */
final class RulesReload {

  private RulesReload() {}

  /** Does it, and says what became of it; a configuration with a problem changes nothing. */
  static synchronized void now(ConfigOption config, Rules rules, Consumer<String> say) {
    try {
      GatewayConfig loaded = config.load();
      List<String> changed = rules.replace(loaded);
      loaded.warnings().forEach(warning -> say.accept("warning: " + warning));
      if (changed.isEmpty()) {
        say.accept("the rules are as before");
      }
      changed.forEach(line -> say.accept("rules replaced: " + line));
    } catch (ConfigException e) {
      e.problems().forEach(problem -> say.accept(problem.toString()));
      say.accept("the rules were not replaced: the configuration is wrong, the old ones count");
      rules.kept(e);
    } catch (Failure | RuntimeException e) {
      say.accept("the rules were not replaced, the old ones count: " + e.getMessage());
    }
  }
}
