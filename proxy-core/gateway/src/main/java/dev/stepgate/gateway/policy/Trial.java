package dev.stepgate.gateway.policy;

import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.policy.Explained;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Proof;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a connection's rules say of a statement that nobody sends. */
public final class Trial {

  private final RulePolicy policy;
  private final SqlFacts facts;
  private final TextualReach reach;

  /** Of these rules, where the catalog is as the excerpt says. */
  public Trial(Ruleset rules, Excerpt excerpt, SqlFacts facts) {
    this.policy = new RulePolicy(rules);
    this.facts = facts;
    this.reach =
        new TextualReach(
            excerpt, rules.rules().stream().anyMatch(rule -> !rule.what().columns().isEmpty()));
  }

  /** What they say, with reasons. */
  public Explained of(String sql, SortedMap<String, String> as, Instant at) {
    Facts found = facts.of(sql);
    Operation operation =
        new Operation(Operation.Kind.QUERY, Operation.NO_SUBJECT).with(found, reach.of(found), sql);
    return policy.explain(session(as, at), operation, at.toEpochMilli());
  }

  /** A session of whoever has these claims. */
  static Session session(SortedMap<String, String> claims, Instant at) {
    Map<String, SignedClaim> signed = new TreeMap<>();
    claims.forEach((name, value) -> signed.put(name, new SignedClaim(value, Shaper.ISSUER)));
    Identity identity =
        Identity.of(
            claims.getOrDefault("issuer", ""), "", claims.getOrDefault("subject", ""), signed);
    return new Session(
        SessionId.create(at.toEpochMilli(), new SecureRandom()),
        "trial",
        at,
        "",
        Isolation.NONE,
        new Bearer(identity, Proof.TOKEN),
        Map.of(),
        List.of());
  }
}
