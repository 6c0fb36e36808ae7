package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Rule.What;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Whether the things that rules name are those that statements touch. */
final class Things {

  /** The sorts that {@code relations} speaks of. */
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
          "partitioned index",
          "toast table",
          "composite type");

  /** What belongs to a relation: its name stands behind the relation's. */
  private static final Set<String> PARTS =
      Set.of("column", "constraint", "trigger", "rule", "policy");

  /** What stands for all relations of a schema. */
  private static final String ALL_IN_SCHEMA = "all in schema";

  private static final String SCHEMA = "schema";

  /** What is done to a whole is done to the relations in it. */
  private static final Set<Effect> OF_WHOLES =
      EnumSet.of(Effect.DROP, Effect.ALTER, Effect.MAINTAIN);

  /** What belongs to the session alone and is no object of the database. */
  private static final Set<String> OF_THE_SESSION =
      Set.of("setting", "cursor", "prepared statement", "channel");

  private Things() {}

  /** Whether a use of the thing is meant: one pattern that fits is enough. */
  static boolean touched(What what, Effect effect, String kind, List<String> name) {
    if (!what.namesThings()) {
      return true;
    }
    List<NamePattern> patterns = what.relations();
    for (int i = 0; i < patterns.size(); i++) {
      if (touches(patterns.get(i), effect, kind, name)) {
        return true;
      }
    }
    return isObject(what, kind, name);
  }

  private static boolean touches(
      NamePattern pattern, Effect effect, String kind, List<String> name) {
    if (isOfAll(effect, kind, name)) {
      return true;
    }
    if (kind.equals(ALL_IN_SCHEMA) || (kind.equals(SCHEMA) && OF_WHOLES.contains(effect))) {
      return pattern.begins(name);
    }
    List<String> relation = relation(kind, name);
    return relation.size() == 1 ? pattern.mayMatch(relation) : pattern.matches(relation);
  }

  /** VACUUM without a name, REINDEX DATABASE, ALTER TABLE ALL IN TABLESPACE: any relation. */
  private static boolean isOfAll(Effect effect, String kind, List<String> name) {
    return OF_WHOLES.contains(effect)
        && ((name.isEmpty() && effect == Effect.MAINTAIN)
            || kind.equals("database")
            || kind.equals("tablespace"));
  }

  /**
   * Whether a use stays within what a rule names. What is no object of the database is within
   * whatever is named: BEGIN, SET, {@code SELECT 1}.
   */
  static boolean within(What what, Effect effect, String kind, List<String> name) {
    if (!what.namesThings() || isOfTheSession(effect, kind, name)) {
      return true;
    }
    List<NamePattern> patterns = what.relations();
    for (int i = 0; i < patterns.size(); i++) {
      NamePattern pattern = patterns.get(i);
      if (kind.equals(ALL_IN_SCHEMA)
          ? pattern.begins(name) && pattern.parts().get(1).toString().equals("*")
          : pattern.matches(relation(kind, name))) {
        return true;
      }
    }
    return isObject(what, kind, name);
  }

  private static boolean isObject(What what, String kind, List<String> name) {
    List<ObjectPattern> objects = what.objects();
    for (int i = 0; i < objects.size(); i++) {
      if (objects.get(i).matches(kind, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfTheSession(Effect effect, String kind, List<String> name) {
    Effect.Group group = effect.group();
    return (group == Effect.Group.READ || group == Effect.Group.WRITE)
        && (name.isEmpty() || OF_THE_SESSION.contains(kind));
  }

  /** Whether {@code relations} speaks of such a thing. */
  static boolean isRelation(String kind) {
    return RELATIONS.contains(kind);
  }

  /** The name of the relation that a thing is or belongs to, or an empty one. */
  private static List<String> relation(String kind, List<String> name) {
    if (RELATIONS.contains(kind)) {
      return name;
    }
    return PARTS.contains(kind) && name.size() > 1 ? name.subList(0, name.size() - 1) : List.of();
  }

  static boolean fitsOne(List<NamePattern> patterns, List<String> name) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(name)) {
        return true;
      }
    }
    return false;
  }

  static boolean mayFitOne(List<NamePattern> patterns, List<String> name) {
    return patterns.stream().anyMatch(pattern -> pattern.mayMatch(name));
  }

  static boolean fitsColumn(List<NamePattern> patterns, List<String> relation, String column) {
    for (NamePattern pattern : patterns) {
      int last = pattern.parts().size() - 1;
      if (pattern.begins(relation)
          && relation.size() == last
          && pattern.parts().get(last).matches(column)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an effect chooses among rows. */
  static boolean choose(Reach.Use use) {
    return use.effect() == Effect.UPDATE
        || use.effect() == Effect.DELETE
        || use.effect() == Effect.MERGE;
  }

  /** Whether all rows are meant. */
  static boolean isWithout(Where where) {
    return where == Where.MISSING || where == Where.CONSTANT;
  }

  static boolean rowsFit(Rule.Rows rows, Where where) {
    return switch (rows) {
      case ANY -> true;
      case ALL -> isWithout(where);
      case CHOSEN -> !isWithout(where);
    };
  }
}
