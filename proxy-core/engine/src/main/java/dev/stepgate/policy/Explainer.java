package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.session.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says of a request what each rule makes of it. Pure, like the decision that it explains. */
final class Explainer {

  /** Most uses that are told of one request. */
  private static final int MOST = 64;

  private final Ruleset ruleset;
  private final Session session;
  private final long now;
  private final List<Sight> sights;

  private Explainer(Ruleset ruleset, Session session, long now, List<Sight> sights) {
    this.ruleset = ruleset;
    this.session = session;
    this.now = now;
    this.sights = sights;
  }

  static Explained explain(
      RulePolicy policy, Session session, Operation operation, long now, List<Sight> sights) {
    Decision decision = policy.enforced(session, operation, now);
    Explainer explainer = new Explainer(policy.ruleset(), session, now, sights);
    return new Explained(
        decision,
        policy.ruleset().rules().stream().map(explainer::held).toList(),
        explainer.uses(),
        sights.stream().filter(sight -> !sight.isKnown()).map(Sight::unknown).distinct().toList(),
        decision.allowed() ? List.of() : explainer.remedies(decision));
  }

  /** A use of either layer. */
  private record Seen(
      Effect effect, String kind, List<String> name, Facts.Where where, List<String> via) {

    String words() {
      String rows = Things.isWithout(where) ? ", of all rows" : "";
      return Words.use(effect, kind, name, via) + rows;
    }
  }

  private static List<Seen> seen(Sight sight) {
    List<Seen> seen = new ArrayList<>();
    if (sight.reach() != null) {
      for (Reach.Use use : sight.reach().uses()) {
        seen.add(new Seen(use.effect(), use.kind(), use.name(), sight.where(use), use.via()));
      }
    }
    for (Facts.Use use : sight.facts().uses()) {
      if (!use.later() && sight.isAlone(use)) {
        seen.add(new Seen(use.effect(), use.kind(), use.name(), use.where(), List.of()));
      }
    }
    return seen;
  }

  private List<String> uses() {
    Set<String> words = new LinkedHashSet<>();
    sights.forEach(sight -> seen(sight).forEach(use -> words.add(use.words())));
    return words.stream().limit(MOST).toList();
  }

  private Explained.Held held(Rule rule) {
    Optional<String> elsewhere = elsewhere(rule);
    if (elsewhere.isPresent()) {
      return new Explained.Held(rule, false, List.of(elsewhere.get()));
    }
    Set<String> matched = new LinkedHashSet<>();
    Set<String> missed = new LinkedHashSet<>();
    for (Sight sight : sights) {
      Boolean text = sight.textFits(rule.what());
      if (!Boolean.TRUE.equals(text)) {
        missed.add(text == null ? "the text is not known" : "the text fits none of its patterns");
      } else {
        held(rule, sight, matched, missed);
      }
    }
    return new Explained.Held(
        rule,
        !matched.isEmpty(),
        (matched.isEmpty() ? missed : matched).stream().limit(MOST).toList());
  }

  private Optional<String> elsewhere(Rule rule) {
    if (!Applying.isFor(rule, session.bearer().identity())) {
      return Optional.of("it is not for this job: " + identity(rule));
    }
    return Applying.isNow(rule, now)
        ? Optional.empty()
        : Optional.of(
            "it does not count at this time, only "
                + String.join(" or ", rule.when().times().stream().map(Window::toString).toList()));
  }

  private String identity(Rule rule) {
    List<String> differences = new ArrayList<>();
    for (IdentityPattern pattern : rule.when().identity()) {
      pattern.match(session.bearer().identity()).keys().stream()
          .filter(key -> !key.matched())
          .forEach(
              key ->
                  differences.add(
                      key.key()
                          + " is "
                          + (key.found() == null ? "not proved" : key.found())
                          + ", wanted "
                          + String.join(" or ", key.wanted())));
    }
    return String.join("; ", differences);
  }

  private void held(Rule rule, Sight sight, Set<String> matched, Set<String> missed) {
    if (rule.what().unknown() && !sight.isKnown()) {
      matched.add("what is not known (" + sight.unknown() + ")");
    }
    for (Seen use : seen(sight)) {
      boolean hit =
          rule.allows()
              ? sight.covers(rule, use.effect(), use.kind(), use.name(), use.where())
              : touches(rule, sight, use);
      if (hit) {
        matched.add(use.words());
      } else {
        missed.add(why(rule, use));
      }
    }
    if (!rule.allows() && matched.isEmpty() && sight.touches(rule.what())) {
      matched.add(
          rule.what().columns().isEmpty()
              ? "what the statement makes"
              : "a column of the statement");
    }
    if (!rule.allows() && !sight.isKnown() && matched.isEmpty()) {
      missed.add("it may match what is not known (" + sight.unknown() + ")");
    }
  }

  private static boolean touches(Rule rule, Sight sight, Seen use) {
    return rule.what().effects().contains(use.effect())
        && Things.touched(rule.what(), use.effect(), use.kind(), use.name())
        && Things.rowsFit(rule.what().rows(), use.where())
        && rule.what().columns().isEmpty()
        && sight.touches(rule.what());
  }

  private static String why(Rule rule, Seen use) {
    Rule.What what = rule.what();
    String words = use.words();
    if (!what.effects().contains(use.effect())) {
      return words + ": its effects do not hold " + use.effect().word();
    }
    boolean named =
        rule.allows()
            ? Things.within(what, use.effect(), use.kind(), use.name())
            : Things.touched(what, use.effect(), use.kind(), use.name());
    if (!named) {
      return words + ": it names others";
    }
    if (!Things.rowsFit(what.rows(), use.where())) {
      return words
          + (what.rows() == Rule.Rows.ALL
              ? ": its rows were chosen"
              : ": its rows were not chosen");
    }
    return words
        + (what.functions().isEmpty()
            ? ": none of its columns"
            : rule.allows() ? ": functions run that it does not name" : ": none of its functions");
  }

  private List<String> remedies(Decision decision) {
    List<String> remedies = new ArrayList<>();
    if (decision.verdict() == Decision.Verdict.ASK) {
      remedies.add("an approval by " + String.join(" or ", decision.ask().from()));
      return remedies;
    }
    for (Explained.Held held : ruleset.rules().stream().map(this::held).toList()) {
      if (held.matched() && held.rule().denies()) {
        remedies.add(
            "narrow the rule " + held.rule().name() + ", or do without: " + held.why().get(0));
      }
    }
    boolean[] counts = new Applying(ruleset.rules()).at(session, now);
    for (Sight sight : sights) {
      Judgement judgement = new Judgement(ruleset, Arrays.copyOf(counts, counts.length));
      judgement.statement(sight);
      if (judgement.isUnknown()) {
        remedies.add(
            "let it be written so that what it does is known, or add a rule for what is not:"
                + " { effects: [unknown], require_approval: … }");
      }
      if (!ruleset.allowsRest()) {
        seen(sight).stream()
            .filter(
                use ->
                    !judgement.isCovered(sight, use.effect(), use.kind(), use.name(), use.where()))
            .forEach(use -> remedies.add("a rule that covers it: " + rule(use)));
      }
    }
    return remedies.stream().distinct().limit(MOST).toList();
  }

  private static String rule(Seen use) {
    String things = "";
    if (use.name().size() > 1) {
      NamePattern name = NamePattern.exactly(use.name());
      things =
          Things.isRelation(use.kind())
              ? ", relations: ['" + name + "']"
              : ", objects: ['" + use.kind() + " " + name + "']";
    }
    return "{ effects: [" + use.effect().word() + "]" + things + ", allow: true }";
  }
}
