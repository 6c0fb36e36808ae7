package dev.stepgate.config;

import dev.stepgate.policy.Edition;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.policy.Wildcard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code mode}, {@code default} and {@code rules} of every connection. */
final class RulesReader {

  /** Longest canonical form of one connection's rules, in bytes: each recording holds it. */
  static final int MAX_BYTES = 64 << 10;

  private static final String RULES = "rules";

  private final ConfigFile.Surroundings surroundings;
  private final RuleReader rules;
  private final RuleWarnings warnings;
  private final Set<String> connections;

  RulesReader(
      ConfigFile.Surroundings surroundings,
      RuleReader rules,
      RuleWarnings warnings,
      Set<String> connections) {
    this.surroundings = surroundings;
    this.rules = rules;
    this.warnings = warnings;
    this.connections = connections;
  }

  /** The connection's rules, if it has any. */
  Optional<Ruleset> read(String connection, Section section) {
    if (!section.has(RULES)) {
      for (String key : List.of("mode", "default")) {
        if (section.has(key)) {
          section.problem(key, "has no meaning without rules");
        }
      }
      return Optional.empty();
    }
    Ruleset.Mode mode =
        section.choice(
            "mode", List.of(Ruleset.Mode.values()), Ruleset.Mode::word, Ruleset.Mode.ENFORCE);
    if (!section.has("default")) {
      section.problem(
          "default", "is missing; say what becomes of what no rule speaks of: deny, or else allow");
    }
    boolean allowsRest =
        section.choice("default", List.of("deny", "allow"), word -> word, "deny").equals("allow");
    List<Rule> read = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    items(section, RULES, ConfigKeys.RULE_OR_INCLUDE)
        .forEach(item -> item(connection, item, read, names));
    Ruleset ruleset = new Ruleset(mode, allowsRest, read);
    check(section, ruleset);
    return Optional.of(ruleset);
  }

  private static List<Section> items(Section section, String key, List<String> known) {
    YamlNode node = section.node(key).orElse(null);
    if (node instanceof YamlNode.Sequence sequence) {
      List<Section> items = new ArrayList<>();
      for (int i = 0; i < sequence.items().size(); i++) {
        items.add(section.element(key, i, sequence.items().get(i), known));
      }
      return items;
    }
    section.problem(
        key, "is " + (node == null ? "missing" : node.kind()) + ", a list of rules is expected");
    return List.of();
  }

  private void item(String connection, Section item, List<Rule> read, Map<String, String> names) {
    if (!item.has("include")) {
      rule(connection, item, read, names);
      return;
    }
    for (String key : item.names()) {
      if (!key.equals("include")) {
        item.problem(key, "cannot stand beside include: a file's rules are its own");
      }
    }
    Path file = item.path("include", surroundings.directory()).orElse(null);
    if (file == null) {
      return;
    }
    Optional<String> wrong = surroundings.rules().trusted(file);
    wrong.ifPresent(text -> item.problem("include", file + " " + text));
    if (wrong.isEmpty()) {
      Problems problems = item.problems().in(file);
      YamlNode root = ConfigFile.read(file, problems);
      if (root != null) {
        Section included = Section.of(root, "", ConfigKeys.INCLUDED, problems);
        items(included, RULES, ConfigKeys.RULE)
            .forEach(rule -> rule(connection, rule, read, names));
      }
    }
  }

  private void rule(
      String connection, Section section, List<Rule> read, Map<String, String> names) {
    Optional<Rule> rule = rules.read(section);
    boolean here = isFor(connection, section);
    if (rule.isEmpty() || !here) {
      return;
    }
    String place = section.place();
    String first = names.putIfAbsent(rule.get().name(), place);
    if (first != null && !rule.get().name().isEmpty()) {
      section.problem("name", "is that of another rule already: " + first);
    }
    warnings.of(section, rule.get());
    read.add(rule.get());
  }

  private boolean isFor(String connection, Section section) {
    if (!section.has("connections")) {
      return true;
    }
    List<Wildcard> patterns = section.texts("connections").stream().map(Wildcard::of).toList();
    for (Wildcard pattern : patterns) {
      if (connections.stream().noneMatch(pattern::matches)) {
        section.problem(
            "connections",
            "holds " + Suggestion.quote(pattern.toString()) + ", which no connection's name fits");
      }
    }
    return patterns.stream().anyMatch(pattern -> pattern.matches(connection));
  }

  private void check(Section section, Ruleset ruleset) {
    if (ruleset.rules().size() > Ruleset.MAX_RULES) {
      section.problem(
          RULES, "holds " + ruleset.rules().size() + ", at most " + Ruleset.MAX_RULES + " may be");
      return;
    }
    Edition edition = new RulePolicy(ruleset).edition();
    int bytes = edition.bytes().length;
    if (bytes > MAX_BYTES) {
      section.problem(
          RULES,
          "takes "
              + bytes
              + " bytes in the form that every recording holds, at most "
              + MAX_BYTES
              + " may be");
    }
    warnings.of(section, ruleset);
  }
}
