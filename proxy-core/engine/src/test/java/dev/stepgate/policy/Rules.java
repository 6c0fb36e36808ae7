package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.policy.Rule.Rows;
import dev.stepgate.policy.Rule.Then;
import dev.stepgate.policy.Rule.What;
import dev.stepgate.policy.Rule.When;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a rule in few words. */
final class Rules {

  private Set<Effect> effects = EnumSet.allOf(Effect.class);
  private boolean unknown;
  private List<NamePattern> relations = List.of();
  private List<ObjectPattern> objects = List.of();
  private List<NamePattern> columns = List.of();
  private List<NamePattern> functions = List.of();
  private Rows rows = Rows.ANY;
  private List<Wildcard> text = List.of();
  private boolean later;
  private When when = When.ALWAYS;

  static Rules rule() {
    return new Rules();
  }

  static Set<Effect> group(Effect.Group... groups) {
    return Arrays.stream(Effect.values())
        .filter(effect -> List.of(groups).contains(effect.group()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Effect.class)));
  }

  Rules effects(Effect... only) {
    effects = only.length == 0 ? Set.of() : EnumSet.copyOf(List.of(only));
    return this;
  }

  Rules groups(Effect.Group... groups) {
    effects = group(groups);
    return this;
  }

  Rules unknown() {
    unknown = true;
    return this;
  }

  Rules relations(String... patterns) {
    relations = patterns(patterns);
    return this;
  }

  Rules object(String kind, String pattern) {
    objects = List.of(new ObjectPattern(kind, NamePattern.parse(pattern)));
    return this;
  }

  Rules columns(String... patterns) {
    columns = patterns(patterns);
    return this;
  }

  Rules functions(String... patterns) {
    functions = patterns(patterns);
    return this;
  }

  Rules rows(Rows which) {
    rows = which;
    return this;
  }

  Rules text(String pattern) {
    text = List.of(Wildcard.of(pattern));
    return this;
  }

  Rules later() {
    later = true;
    return this;
  }

  Rules who(String claim, String pattern) {
    when =
        new When(
            List.of(
                new IdentityPattern(Map.of("issuer", List.of("github"), claim, List.of(pattern)))),
            when.times());
    return this;
  }

  Rules during(Window window) {
    when = new When(when.identity(), List.of(window));
    return this;
  }

  Rule deny(String name) {
    return made(name, Then.deny("Not " + name + "."));
  }

  Rule allow(String name) {
    return made(name, Then.ALLOW);
  }

  Rule ask(String name, String... from) {
    return made(name, Then.ask(new Decision.Ask(List.of(from), 1, Duration.ofMinutes(10)), ""));
  }

  Rule made(String name, Then then) {
    return new Rule(
        name,
        when,
        new What(effects, unknown, relations, objects, columns, functions, rows, text, later),
        then);
  }

  private static List<NamePattern> patterns(String... patterns) {
    return Stream.of(patterns).map(NamePattern::parse).toList();
  }

  /** {@code default: deny}, enforced. */
  static Ruleset closed(Rule... rules) {
    return new Ruleset(Ruleset.Mode.ENFORCE, false, List.of(rules));
  }

  /** {@code default: allow}, enforced. */
  static Ruleset open(Rule... rules) {
    return new Ruleset(Ruleset.Mode.ENFORCE, true, List.of(rules));
  }
}
