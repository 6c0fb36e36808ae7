package dev.stepgate;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigProblem;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.event.Event;
import dev.stepgate.policy.Edition;
import dev.stepgate.policy.Policies;
import dev.stepgate.policy.Policy;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The rules by which a running gateway decides, and how they are replaced. Thread-safe. */
public final class Rules {

  /** Rules were replaced. */
  static final String REPLACED = "policy-replaced";

  /** They were to be replaced, and were not. */
  static final String KEPT = "policy-kept";

  private final Set<String> connections;
  private final Consumer<Event> events;
  private final Policies policies;
  private Map<String, Ruleset> now;

  Rules(GatewayConfig config, Consumer<Event> events) {
    this.connections = new TreeSet<>(config.connections().keySet());
    this.events = events;
    this.now = config.rules();
    this.policies = new Policies(now);
  }

  /** Decides by whatever rules there are at that moment. */
  Policy policy() {
    return policies;
  }

  /**
   * Replaces the rules of all connections at once, for open sessions too: the next operation is
   * decided by the new ones. A connection that {@code config} does not have keeps its rules.
   *
   * @return what changed, a sentence for each connection; none if nothing did
   */
  public synchronized List<String> replace(GatewayConfig config) {
    Map<String, Ruleset> next = new LinkedHashMap<>();
    List<String> changed = new ArrayList<>();
    List<Map<String, String>> told = new ArrayList<>();
    for (String connection : connections) {
      Ruleset before = now.get(connection);
      Ruleset after =
          config.connections().containsKey(connection) ? config.rules().get(connection) : before;
      if (after != null) {
        next.put(connection, after);
      }
      if (!Objects.equals(before, after)) {
        changed.add(connection + ": " + sentence(after));
        told.add(event(connection, after));
      }
    }
    if (!changed.isEmpty()) {
      policies.replace(next);
      now = next;
      events.accept(Event.of(REPLACED).withAll("connections", told).build());
    }
    return changed;
  }

  /**
   * How the rules of {@code connection} count: {@code enforce}, {@code observe}, or {@code none}
   * where there are no rules.
   */
  public synchronized String mode(String connection) {
    Ruleset rules = now.get(connection);
    return rules == null ? "none" : rules.mode().word();
  }

  /** Notes that rules were to be replaced and were not, since the configuration is wrong. */
  public void kept(ConfigException problems) {
    events.accept(
        Event.of(KEPT)
            .with("problems", problems.problems().stream().map(ConfigProblem::toString).toList())
            .build());
  }

  private static String sentence(Ruleset rules) {
    if (rules == null) {
      return "no rules any more, everything is allowed and recorded";
    }
    return rules.rules().size()
        + (rules.rules().size() == 1 ? " rule, " : " rules, ")
        + rules.mode().word()
        + ", policy "
        + edition(rules).digest();
  }

  private static Map<String, String> event(String connection, Ruleset rules) {
    Map<String, String> members = new HashMap<>();
    members.put("connection", connection);
    members.put("mode", rules == null ? "none" : rules.mode().word());
    members.put("policy", rules == null ? "" : edition(rules).digest());
    return members;
  }

  private static Edition edition(Ruleset rules) {
    return new RulePolicy(rules).edition();
  }
}
