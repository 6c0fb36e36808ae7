package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import java.util.ArrayList;
import java.util.List;

/**
 * The verdict on one request in the making. Every statement of it is looked at by every rule that
 * counts: a refusal wins over a question to people, and that over an allowance, whatever the order
 * of rules and statements.
 */
final class Judgement {

  private final Ruleset ruleset;
  private final boolean[] counts;
  private int denies = Integer.MAX_VALUE;
  private List<Rule> asking = List.of();
  private String unknown;
  private String uncovered;

  Judgement(Ruleset ruleset, boolean[] counts) {
    this.ruleset = ruleset;
    this.counts = counts;
  }

  /** Looks at a statement. */
  void statement(Sight sight) {
    boolean known = sight.isKnown();
    List<Rule> rules = ruleset.rules();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (counts[i] && !rule.allows()) {
        byRule(i, rule, sight, known);
      }
    }
    uses(sight);
    if (!known && unknown == null && !ruleset.allowsRest() && !coversUnknown(sight)) {
      unknown = "what it does is not known (" + sight.unknown() + ")";
    }
  }

  /** Looks at a request that does nothing that could be looked at. */
  void nothingKnown(String detail) {
    if (!ruleset.allowsRest() || restricts()) {
      unknown = "what it does is not known (" + detail + ")";
    }
  }

  private boolean restricts() {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] && !ruleset.rules().get(i).allows()) {
        return true;
      }
    }
    return false;
  }

  private void byRule(int index, Rule rule, Sight sight, boolean known) {
    Boolean text = sight.textFits(rule.what());
    if (Boolean.FALSE.equals(text)) {
      return;
    }
    if (sight.touches(rule.what())) {
      if (text == null) {
        mayApply(rule, "its text is not known");
      } else if (rule.denies()) {
        denies = Math.min(denies, index);
      } else {
        asks(rule);
      }
    } else if (!known && !coversUnknown(sight)) {
      mayApply(rule, "what it does is not known (" + sight.unknown() + ")");
    } else if (rule.what().later() && sight.firstGap(true) != null) {
      Facts.Gap gap = sight.firstGap(true);
      mayApply(
          rule,
          "what it makes is not known (" + Words.of(gap.reason()) + ": " + gap.detail() + ")");
    }
  }

  private void mayApply(Rule rule, String doubt) {
    if (unknown == null) {
      unknown = doubt + ", so rule \"" + rule.name() + "\" may apply";
    }
  }

  private void asks(Rule rule) {
    if (asking.isEmpty()) {
      asking = new ArrayList<>();
    }
    if (!asking.contains(rule)) {
      asking.add(rule);
    }
  }

  // People are asked about what is not known where a rule says so; that rule touches it then.
  private boolean coversUnknown(Sight sight) {
    for (int i = 0; i < counts.length; i++) {
      Rule rule = ruleset.rules().get(i);
      if (counts[i]
          && !rule.denies()
          && rule.what().unknown()
          && Boolean.TRUE.equals(sight.textFits(rule.what()))) {
        return true;
      }
    }
    return false;
  }

  private void uses(Sight sight) {
    if (ruleset.allowsRest() || uncovered != null) {
      return;
    }
    if (sight.reach() != null) {
      List<Reach.Use> uses = sight.reach().uses();
      for (int i = 0; i < uses.size() && uncovered == null; i++) {
        Reach.Use use = uses.get(i);
        if (!isCovered(sight, use.effect(), use.kind(), use.name(), sight.where(use))) {
          uncovered = Words.use(use.effect(), use.kind(), use.name(), use.via());
        }
      }
    }
    List<Facts.Use> uses = sight.facts().uses();
    for (int i = 0; i < uses.size() && uncovered == null; i++) {
      Facts.Use use = uses.get(i);
      if (!use.later()
          && sight.isAlone(use)
          && !isCovered(sight, use.effect(), use.kind(), use.name(), use.where())) {
        uncovered = Words.use(use.effect(), use.kind(), use.name(), List.of());
      }
    }
  }

  /** Whether something that is not known stands in the way. */
  boolean isUnknown() {
    return unknown != null;
  }

  /** Whether a rule that allows or asks covers a use. */
  boolean isCovered(Sight sight, Effect effect, String kind, List<String> name, Facts.Where where) {
    for (int i = 0; i < counts.length; i++) {
      Rule rule = ruleset.rules().get(i);
      if (counts[i]
          && !rule.denies()
          && sight.covers(rule, effect, kind, name, where)
          && (rule.allows() || sight.touches(rule.what())) // else nobody would be asked
          && Boolean.TRUE.equals(sight.textFits(rule.what()))) {
        return true;
      }
    }
    return false;
  }

  /** What it comes to. */
  Decision decision() {
    if (denies < Integer.MAX_VALUE) {
      Rule rule = ruleset.rules().get(denies);
      return Decision.deny(rule.name(), rule.then().message());
    }
    if (unknown != null) {
      return Decision.deny("", Words.bounded(unknown));
    }
    if (uncovered != null) {
      return Decision.deny("", Words.bounded("no rule allows " + uncovered));
    }
    return asking.isEmpty() ? Decision.ALLOW : Asks.of(asking);
  }
}
