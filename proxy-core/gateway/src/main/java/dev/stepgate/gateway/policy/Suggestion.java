package dev.stepgate.gateway.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.NamePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tightest rules that allow what was done: for each thing the effects that it had, and whether
 * its rows were always chosen; things with the same effects share a rule.
 */
public final class Suggestion {

  /** What {@code relations} names. */
  private static final Set<String> RELATIONS =
      Set.of(
          "relation",
          "table",
          "partitioned table",
          "view",
          "materialized view",
          "foreign table",
          "sequence",
          "index",
          "partitioned index");

  /** What belongs to a relation, and goes with it. */
  private static final Set<String> PARTS =
      Set.of("column", "constraint", "trigger", "rule", "policy");

  private final Map<String, SortedSet<Effect>> chosen = new TreeMap<>();
  private final Map<String, SortedSet<Effect>> unchosen = new TreeMap<>();
  private final SortedSet<Effect> nothing = new TreeSet<>();
  private final SortedSet<String> beyond = new TreeSet<>();

  /** Takes in what a statement does. */
  public void add(Reach.Statement statement) {
    statement.uses().forEach(this::add);
  }

  private void add(Reach.Use use) {
    String thing = thing(use.kind(), use.name());
    if (thing.isEmpty()) {
      nothing.add(use.effect());
    } else if (thing.equals("?")) {
      beyond.add(use.effect().word() + " of " + use.kind() + " " + String.join(".", use.name()));
    } else {
      boolean all = use.where() == Facts.Where.MISSING || use.where() == Facts.Where.CONSTANT;
      (all ? unchosen : chosen).computeIfAbsent(thing, name -> new TreeSet<>()).add(use.effect());
    }
  }

  /** {@code relations app.orders}, {@code objects role ci}; empty for no thing; ? for others. */
  private static String thing(String kind, List<String> name) {
    if (name.isEmpty()
        || Set.of("setting", "cursor", "prepared statement", "channel").contains(kind)) {
      return "";
    }
    List<String> relation =
        PARTS.contains(kind) && name.size() > 1 ? name.subList(0, name.size() - 1) : name;
    if (RELATIONS.contains(kind) || PARTS.contains(kind)) {
      return relation.size() == 2 ? "relations " + NamePattern.exactly(relation) : "?";
    }
    boolean inSchema =
        Set.of("function", "procedure", "aggregate", "type", "domain", "operator", "collation")
            .contains(kind);
    boolean alone =
        Set.of("schema", "role", "database", "extension", "language", "publication").contains(kind);
    boolean fits = (inSchema && name.size() == 2) || (alone && name.size() == 1);
    return fits ? "objects " + kind + " " + NamePattern.exactly(name) : "?";
  }

  /** The rules, as lines of YAML under {@code rules:}; what they cannot say stands as comments. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    rules(chosen, true, lines);
    rules(unchosen, false, lines);
    if (!nothing.isEmpty()) {
      lines.add(rule("nothing-named-" + (lines.size() + 1), nothing, "objects: ['setting *']", ""));
    }
    beyond.forEach(
        use -> lines.add("# no rule can name it, so allow it by hand if it may: " + use));
    return lines;
  }

  private static void rules(
      Map<String, SortedSet<Effect>> things, boolean rowsWereChosen, List<String> lines) {
    Map<String, List<String>> same = new LinkedHashMap<>();
    things.forEach(
        (thing, effects) ->
            same.computeIfAbsent(
                    thing.substring(0, thing.indexOf(' ')) + " " + words(effects),
                    key -> new ArrayList<>())
                .add(quoted(thing.substring(thing.indexOf(' ') + 1))));
    same.forEach(
        (key, names) -> {
          String section = key.substring(0, key.indexOf(' '));
          SortedSet<Effect> effects = things.get(section + " " + unquoted(names.get(0)));
          boolean rows =
              effects.contains(Effect.UPDATE)
                  || effects.contains(Effect.DELETE)
                  || effects.contains(Effect.MERGE);
          String without = rows ? ", without_where: " + !rowsWereChosen : "";
          lines.add(
              rule(
                  section + "-" + (lines.size() + 1),
                  effects,
                  section + ": [" + String.join(", ", names) + "]",
                  without));
        });
  }

  private static String rule(
      String name, SortedSet<Effect> effects, String things, String without) {
    return "- { name: "
        + name
        + ", effects: ["
        + words(effects)
        + "], "
        + things
        + without
        + ", allow: true }";
  }

  private static String words(SortedSet<Effect> effects) {
    return String.join(", ", effects.stream().map(Effect::word).toList());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String unquoted(String text) {
    return text.substring(1, text.length() - 1).replace("''", "'");
  }
}
