package dev.stepgate.policy;

import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules of all connections, as they are now. A connection that has none allows everything.
 * Thread-safe; rules that are replaced count from the next operation on.
 */
public final class Policies implements Policy {

  private volatile Map<String, Policy> now;

  /** With these rules, by the connections' names. */
  public Policies(Map<String, Ruleset> rulesets) {
    now = policies(rulesets);
  }

  /** Replaces all rules at once. */
  public void replace(Map<String, Ruleset> rulesets) {
    now = policies(rulesets);
  }

  private static Map<String, Policy> policies(Map<String, Ruleset> rulesets) {
    Map<String, Policy> policies = new HashMap<>();
    rulesets.forEach((connection, ruleset) -> policies.put(connection, new RulePolicy(ruleset)));
    return Map.copyOf(policies);
  }

  @Override
  public Policy of(Connection connection) {
    return now.getOrDefault(connection.target(), Policy.ALLOW_ALL);
  }

  @Override
  public Decision decide(Session session, Connection connection, Operation operation, long now) {
    return of(connection).decide(session, connection, operation, now);
  }

  @Override
  public String digest(Session session, Connection connection) {
    return of(connection).digest(session, connection);
  }

  @Override
  public Look looks(Session session, Connection connection) {
    return of(connection).looks(session, connection);
  }
}
