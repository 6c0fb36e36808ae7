package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.policy.Decision.Verdict;
import dev.stepgate.policy.IdentityPattern;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.session.Identity.Shaper;
import java.util.List;
import java.util.Map;

/** What rules can say and had better not. */
final class RuleWarnings {

  private final Warnings warnings;
  private final Map<String, Issuer> issuers;

  RuleWarnings(Warnings warnings, Map<String, Issuer> issuers) {
    this.warnings = warnings;
    this.issuers = issuers;
  }

  /** Of one rule: that the job itself chooses whether it counts. */
  void of(Section section, Rule rule) {
    for (IdentityPattern pattern : rule.when().identity()) {
      List<String> claims =
          pattern.keys().keySet().stream().filter(key -> !key.equals("issuer")).toList();
      List<String> shaped =
          claims.stream()
              .filter(
                  claim ->
                      pattern.keys().getOrDefault("issuer", List.of()).stream()
                          .anyMatch(issuer -> isShaped(issuer, claim)))
              .toList();
      String chosen = String.join(", ", shaped);
      if (rule.then().verdict() == Verdict.ALLOW && !shaped.isEmpty() && shaped.equals(claims)) {
        add(
            section,
            "identity",
            "rests on "
                + chosen
                + " alone, which whoever writes the pipeline chooses: any job to which the connection"
                + " is open can be allowed this");
      } else if (rule.then().verdict() != Verdict.ALLOW && !shaped.isEmpty()) {
        add(
            section,
            "identity",
            "forbids by "
                + chosen
                + ", which whoever writes the pipeline chooses and can choose otherwise; allow the"
                + " others instead");
      }
    }
  }

  private boolean isShaped(String issuer, String claim) {
    Issuer known = issuers.get(issuer);
    return known != null
        && !claim.equals("subject")
        && known.preset().shaperOf(claim) == Shaper.AUTHOR;
  }

  /** Of all rules of a connection together. */
  void of(Section section, Ruleset ruleset) {
    List<Rule> rules = ruleset.rules();
    boolean forbids = rules.stream().anyMatch(rule -> rule.then().verdict() != Verdict.ALLOW);
    for (Rule rule : rules) {
      if (rule.then().verdict() == Verdict.ALLOW && rule.what().unknown()) {
        add(
            section,
            "rules",
            "let "
                + rule.name()
                + " allow what is not known"
                + (forbids ? ", which may be what other rules forbid" : ""));
      }
    }
    if (ruleset.mode() == Ruleset.Mode.OBSERVE) {
      add(section, "mode", "is observe: everything is allowed, and what the rules say is recorded");
    }
    if (ruleset.allowsRest() && !forbids) {
      add(section, "rules", "forbid nothing: default is allow, and no rule denies or asks");
    }
  }

  private void add(Section section, String key, String text) {
    warnings.at(section.file()).add(section.line(key), section.key(key), text);
  }
}
