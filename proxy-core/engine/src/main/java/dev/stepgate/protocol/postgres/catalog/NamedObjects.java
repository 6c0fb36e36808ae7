package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The objects that a statement names: which ones these are, and what is done to them. */
final class NamedObjects {

  private static final Set<String> ROUTINES =
      Set.of("function", "procedure", "routine", "aggregate");

  private static final Set<String> TYPES = Set.of("type", "domain");
  private static final Set<String> PARTS =
      Set.of("column", "constraint", "trigger", "rule", "policy");

  /** What else lies in a schema. */
  private static final Set<String> IN_SCHEMAS =
      Set.of(
          "collation",
          "conversion",
          "statistics",
          "operator",
          "opclass",
          "opfamily",
          "tsconfiguration",
          "tsdictionary",
          "tsparser",
          "tstemplate");

  private final Walk walk;
  private final StatementWalk statements;

  NamedObjects(Walk walk, StatementWalk statements) {
    this.walk = walk;
    this.statements = statements;
  }

  void use(Facts.Statement statement, Use use, List<String> via, Path path) {
    if (defines(use.effect())) {
      for (Snapshot.EventTrigger event : walk.snapshot.events) {
        walk.function(
            event.function(), Walk.with(via, "event trigger " + event.name()), path, false);
      }
    }
    if (use.name().isEmpty()) {
      unnamed(use, via, path);
    } else if (use.effect() == Effect.CREATE && !PARTS.contains(use.kind())) {
      created(use, via, path);
    } else if (Changes.RELATIONS.contains(use.kind())) {
      relation(statement, use, via, path);
    } else if (ROUTINES.contains(use.kind())) {
      routine(use, via, path);
    } else if (TYPES.contains(use.kind())) {
      type(use, via, path);
    } else if (PARTS.contains(use.kind())) {
      part(use, via, path);
    } else if (IN_SCHEMAS.contains(use.kind()) && use.name().size() == 1) {
      somewhere(use, via, path);
    } else {
      whole(use, via, path);
    }
  }

  private static boolean defines(Effect effect) {
    return switch (effect.group()) {
      case DDL -> true;
      case ADMIN -> effect == Effect.GRANT || effect == Effect.SECURITY_LABEL;
      default -> false;
    };
  }

  private void unnamed(Use use, List<String> via, Path path) {
    found(use, List.of(), via);
    if (use.kind().equals("sequence")) {
      walk.found.unknown(Reason.AMBIGUOUS, "a sequence whose name is made at run time");
    } else if (use.effect() == Effect.MAINTAIN) {
      for (Relation relation : walk.snapshot.relations.values()) {
        walk.relation(Effect.MAINTAIN, relation, Walk.with(via, "database"), path);
      }
    }
  }

  private void found(Use use, List<String> name, List<String> via) {
    walk.found.use(use.effect(), word(use), name, use.where(), via);
  }

  private static String word(Use use) {
    return use.kind().equals("relation") ? "table" : use.kind();
  }

  private void created(Use use, List<String> via, Path path) {
    boolean inSchema =
        Changes.RELATIONS.contains(use.kind())
            || ROUTINES.contains(use.kind())
            || TYPES.contains(use.kind())
            || IN_SCHEMAS.contains(use.kind());
    if (use.name().size() > 1 || !inSchema) {
      found(use, use.name().size() == 3 ? use.name().subList(1, 3) : use.name(), via);
      return;
    }
    String schema = path.creation(walk.snapshot);
    if (schema == null) {
      walk.found.unknown(
          Reason.SURROUNDINGS, "the schema in which " + use.name().get(0) + " is made");
      found(use, use.name(), via);
    } else {
      found(use, List.of(schema, use.name().get(0)), via);
    }
  }

  private void relation(Facts.Statement statement, Use use, List<String> via, Path path) {
    List<Relation> relations = walk.snapshot.relations(use.name(), path);
    for (Relation relation : relations) {
      walk.relation(
          use.effect(), relation, use.where(), via, path, columns(statement, use, relation));
    }
    String name = use.name().get(use.name().size() - 1);
    if (walk.changes.touches(name)) {
      changed(use, name, via, path, relations);
      return;
    }
    if (!relations.isEmpty()) {
      return;
    }
    if (isMade(statement, use, name)) {
      found(use, List.of(Surroundings.ANY_TEMP, name), via);
    } else {
      notFound(use);
    }
  }

  /** The open transaction made it, or changed it. */
  private void changed(
      Use use, String name, List<String> via, Path path, List<Relation> relations) {
    boolean known = !relations.isEmpty();
    Use made = known ? null : walk.changes.made(name);
    if (!via.isEmpty()
        || !walk.changes.isPlain(name, use.effect(), known)
        || relations.stream().anyMatch(relation -> relation.hasDisabled)) {
      Changes.unknown(walk.found);
    }
    if (!known && made == null) {
      notFound(use);
      return;
    }
    if (made != null) {
      String schema = made.name().size() > 1 ? made.name().get(made.name().size() - 2) : null;
      String there = schema != null ? schema : path.creation(walk.snapshot);
      boolean same = use.name().size() == 1 || use.name().get(use.name().size() - 2).equals(there);
      if (there == null || !same) {
        Changes.unknown(walk.found);
      }
      String word = use.kind().equals("relation") ? made.kind() : use.kind();
      List<String> qualified = there == null ? List.of(name) : List.of(there, name);
      walk.found.use(use.effect(), word, qualified, use.where(), via);
    }
    List<String> definition = Walk.with(via, "definition of " + name);
    walk.changes.about(name).forEach(change -> statements.definition(change, definition, path));
  }

  /** A temporary table of the same body, which nothing can hang on. */
  private static boolean isMade(Facts.Statement statement, Use use, String name) {
    List<String> made = List.of(Surroundings.ANY_TEMP, name);
    return use.later()
        && (use.name().size() == 1 || use.name().equals(made))
        && statement.uses().stream()
            .anyMatch(other -> other.effect() == Effect.CREATE && other.name().equals(made))
        && statement.uses().stream()
            .noneMatch(other -> other.later() && PARTS.contains(other.kind()));
  }

  private void notFound(Use use) {
    walk.found.unknown(Reason.NOT_FOUND, word(use) + " " + String.join(".", use.name()));
  }

  /** The columns that are written, or null where the text does not say. */
  private Set<String> columns(Facts.Statement statement, Use use, Relation relation) {
    if (use.effect() != Effect.INSERT && use.effect() != Effect.UPDATE) {
      return null;
    }
    Set<String> columns = new HashSet<>();
    for (Facts.ColumnUse column : statement.columns()) {
      if (column.part() == Part.WRITTEN && column.relations().contains(use.name())) {
        columns.add(column.column());
      }
    }
    boolean known = !columns.isEmpty() && relation.columnTypes.keySet().containsAll(columns);
    return known ? columns : null;
  }

  private void routine(Use use, List<String> via, Path path) {
    List<Routine> routines = walk.snapshot.routines(use.name(), path);
    for (Routine routine : routines) {
      boolean called = use.effect() == Effect.CALL;
      if (!called || routine.kind == 'p') {
        found(use, routine.qualified(), via);
      }
      if (called && routine.kind == 'p') {
        walk.function(routine.oid, via, path, true);
      }
    }
    if (routines.isEmpty()) {
      notFound(use);
    }
    if (use.effect() == Effect.DROP) {
      taken(use);
    }
  }

  private void type(Use use, List<String> via, Path path) {
    List<Type> types = walk.snapshot.types(use.name(), path);
    types.forEach(type -> found(use, type.qualified(), via));
    if (types.isEmpty()) {
      notFound(use);
    }
    if (use.effect() == Effect.DROP) {
      taken(use);
    }
  }

  /** CASCADE is not in the facts, and what it takes along is not followed for these. */
  private void taken(Use use) {
    walk.found.unknown(
        Reason.AMBIGUOUS, "what depends on " + use.kind() + " " + String.join(".", use.name()));
  }

  /** What hangs on a relation, or a constraint on a domain. */
  private void part(Use use, List<String> via, Path path) {
    int last = use.name().size() - 1;
    if (last == 0) {
      found(use, use.name(), via);
      return;
    }
    List<String> name = use.name().subList(0, last);
    List<List<String>> owners = new ArrayList<>();
    walk.snapshot.relations(name, path).forEach(relation -> owners.add(relation.qualified()));
    if (owners.isEmpty()) {
      walk.snapshot.types(name, path).forEach(type -> owners.add(type.qualified()));
    }
    for (List<String> owner : owners) {
      found(use, Walk.with(owner, use.name().get(last)), via);
    }
    if (owners.isEmpty()) {
      notFound(use);
    }
    if (use.effect() == Effect.DROP) {
      columnTaken(use, name, path);
    }
  }

  /** A column or key that goes may take views and foreign keys along. */
  private void columnTaken(Use use, List<String> name, Path path) {
    for (Relation relation : walk.snapshot.relations(name, path)) {
      boolean views = !walk.snapshot.dependents.getOrDefault(relation.oid, Set.of()).isEmpty();
      if (views || !relation.referencedBy.isEmpty()) {
        taken(use);
      }
    }
  }

  private void somewhere(Use use, List<String> via, Path path) {
    if (path.isAnywhere()) {
      walk.found.unknown(Reason.SURROUNDINGS, "the schema of " + use.name().get(0));
      return;
    }
    for (Path.Step step : path.steps(walk.snapshot)) {
      if (!step.schema().startsWith("pg_temp_")) {
        found(use, List.of(step.schema(), use.name().get(0)), via);
      }
    }
    if (use.effect() == Effect.DROP) {
      taken(use);
    }
  }

  /** A schema, or what lies in none. */
  private void whole(Use use, List<String> via, Path path) {
    found(use, use.name(), via);
    boolean all = use.kind().equals("all in schema");
    if (!all && use.effect() != Effect.DROP) {
      return;
    }
    if (!all && !use.kind().equals("schema")) {
      if (!Set.of("database", "tablespace", "role").contains(use.kind())) {
        taken(use);
      }
      return;
    }
    String schema = use.name().get(0);
    List<String> there = Walk.with(via, "schema " + schema);
    walk.snapshot
        .relationsByName
        .getOrDefault(schema, Map.of())
        .values()
        .forEach(relation -> walk.relation(use.effect(), relation, there, path));
    for (List<Routine> routines :
        walk.snapshot.routinesByName.getOrDefault(schema, Map.of()).values()) {
      for (Routine routine : routines) {
        walk.found.use(use.effect(), "function", routine.qualified(), Where.NOT_APPLICABLE, there);
      }
    }
    for (Type type : walk.snapshot.typesByName.getOrDefault(schema, Map.of()).values()) {
      if (type.sort != 'b' && !all) {
        walk.found.use(use.effect(), "type", type.qualified(), Where.NOT_APPLICABLE, there);
      }
    }
  }
}
