package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.ColumnUse;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From the facts of a statement, or of a body's, to what they name. */
final class StatementWalk {

  /** Settings that decide what names mean. */
  static final Set<String> DECIDING = Set.of("*", "search_path", "role", "session_authorization");

  /** Words of newer grammars, which older servers know as functions and newer ones not at all. */
  private static final Set<String> GRAMMAR =
      Set.of(
          "json",
          "json_scalar",
          "json_serialize",
          "json_object",
          "json_array",
          "json_objectagg",
          "json_arrayagg",
          "json_table",
          "json_exists",
          "json_query",
          "json_value",
          "merge_action");

  /** Words for a column's type that are none. */
  private static final Set<String> SERIALS =
      Set.of("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial");

  private final Walk walk;
  private final NamedObjects objects;

  StatementWalk(Walk walk) {
    this.walk = walk;
    objects = new NamedObjects(walk, this);
  }

  /** What a statement does now. */
  void now(Facts.Statement statement, Path path) {
    read(statement, false, List.of(), path);
    if (statement.uses().stream().anyMatch(use -> use.effect() == Effect.DO && !use.later())) {
      walk.variables(null, List.of("block"), path);
    }
    for (long function : walk.snapshot.ambient) {
      if (!statement.references().isEmpty() || !statement.columns().isEmpty()) {
        walk.function(function, List.of("comparison or cast"), path, false);
      }
    }
  }

  /** What the body of a function does that a statement would define. */
  void later(Facts.Statement statement, List<String> via, Path path) {
    boolean moves =
        statement.settings().stream()
                .anyMatch(
                    setting ->
                        setting.scope() != Setting.Scope.FUNCTION
                            && DECIDING.contains(setting.name()))
            || statement.gaps().stream().anyMatch(gap -> gap.reason() == Gap.Reason.SETTING);
    read(statement, true, via, moves ? path.anywhere() : path);
  }

  /** What the definition of something of the same transaction runs where rows come. */
  void definition(Facts.Statement change, List<String> via, Path path) {
    change.references().forEach(reference -> reference(reference, via, path));
    boolean counts =
        change.references().stream()
            .anyMatch(one -> one.name().size() == 1 && SERIALS.contains(one.name().get(0)));
    if (counts) {
      walk.found.use(Effect.UPDATE, "sequence", List.of(), Facts.Where.NOT_APPLICABLE, via);
    }
    for (Use use : change.uses()) {
      if (!use.later() && use.effect() == Effect.REFERENCE) {
        for (Relation relation : walk.snapshot.relations(use.name(), path)) {
          walk.relation(Effect.SELECT, relation, via, path);
          walk.deps(relation.written, via, path, Effect.SELECT);
          relation.defaults.values().forEach(deps -> walk.deps(deps, via, path, Effect.SELECT));
        }
      }
    }
  }

  private void read(Facts.Statement statement, boolean later, List<String> via, Path path) {
    for (Use use : statement.uses()) {
      if (use.later() == later) {
        objects.use(statement, use, via, path);
      }
    }
    for (ColumnUse column : statement.columns()) {
      if (column.later() == later) {
        column(column, via, path);
      }
    }
    for (Reference reference : statement.references()) {
      if (reference.later() == later) {
        reference(reference, via, path);
      }
    }
    for (Setting setting : statement.settings()) {
      boolean own = setting.scope() != Setting.Scope.FUNCTION;
      if (setting.later() == later && own && DECIDING.contains(setting.name())) {
        walk.found.moves();
      }
    }
    // A body that depends on settings has not been read.
    boolean body =
        !via.isEmpty() || statement.uses().stream().anyMatch(use -> use.effect() == Effect.DO);
    for (Gap gap : statement.gaps()) {
      if (gap.later() == later) {
        gap(gap, body, via);
      }
    }
  }

  /** A procedure is followed, and what was prepared is another statement. */
  private void gap(Gap gap, boolean body, List<String> via) {
    String where = via.isEmpty() ? "" : " in " + via.get(via.size() - 1);
    switch (gap.reason()) {
      case CALL -> {
        // Followed by its name.
      }
      case PREPARED -> {
        if (!via.isEmpty()) {
          walk.found.unknown(Reason.CODE, gap.detail() + where);
        }
      }
      case SETTING -> {
        walk.found.moves();
        if (body) {
          walk.found.unknown(Reason.CODE, gap.detail() + where);
        }
      }
      case TOO_COMPLEX -> walk.found.unknown(Reason.TOO_COMPLEX, gap.detail() + where);
      default -> walk.found.unknown(Reason.CODE, gap.detail() + where);
    }
  }

  private void column(ColumnUse use, List<String> via, Path path) {
    boolean found = false;
    for (List<String> name : use.relations()) {
      for (Relation relation : walk.snapshot.relations(name, path)) {
        if (use.column().equals("*")) {
          relation.columns.values().forEach(one -> walk.found.column(relation, one, use.part()));
          found = true;
        } else if (relation.columnTypes.containsKey(use.column())) {
          walk.found.column(relation, use.column(), use.part());
          found = true;
        }
      }
    }
    if (use.part() != Part.WRITTEN && !(found && use.certain())) {
      field(List.of(use.column()), via, path);
    }
  }

  /** {@code row.name} may be a call of a function that takes the row. */
  private void field(List<String> name, List<String> via, Path path) {
    for (Routine routine : walk.snapshot.routines(name, path)) {
      if (!routine.isBuiltin() && takesRow(routine)) {
        walk.function(routine.oid, via, path, false);
      }
    }
  }

  private boolean takesRow(Routine routine) {
    if (routine.arguments.isEmpty()) {
      return false;
    }
    Type type = walk.snapshot.types.get(routine.arguments.get(0));
    return type == null || "cpd".indexOf(type.sort) >= 0;
  }

  private void reference(Reference reference, List<String> via, Path path) {
    switch (reference.kind()) {
      case FUNCTION -> function(reference.name(), via, path);
      case OPERATOR ->
          walk.snapshot
              .operators(reference.name(), path)
              .forEach(
                  operator ->
                      walk.function(
                          operator.function(),
                          Walk.with(via, "operator " + operator.schema() + "." + operator.name()),
                          path,
                          false));
      case FIELD -> field(reference.name(), via, path);
      case TYPE -> type(reference.name(), via, path, true);
      case COLLATION -> {
        // Collations compare, and nothing else.
      }
    }
  }

  private void function(List<String> name, List<String> via, Path path) {
    List<Routine> routines = walk.snapshot.routines(name, path);
    for (Routine routine : routines) {
      walk.function(routine.oid, via, path, true);
    }
    boolean isType = type(name, via, path, false);
    boolean word = name.size() == 1 && GRAMMAR.contains(name.get(0));
    if (routines.isEmpty() && !isType && !word) {
      walk.found.unknown(Reason.NOT_FOUND, "function " + String.join(".", name));
    }
  }

  /** A value becomes one of a type: by a cast, where there is one, and by its checks. */
  private boolean type(List<String> name, List<String> via, Path path, boolean needed) {
    List<Type> types = walk.snapshot.types(name, path);
    if (types.isEmpty() && needed && !(name.size() == 1 && SERIALS.contains(name.get(0)))) {
      walk.found.unknown(Reason.NOT_FOUND, "type " + String.join(".", name));
    }
    Set<Long> targets = new HashSet<>();
    for (Type type : types) {
      targets.add(type.oid);
      walk.value(type.oid, via, path);
    }
    for (Snapshot.Cast cast : walk.snapshot.casts) {
      if (targets.contains(cast.target())) {
        walk.function(cast.function(), Walk.with(via, "cast to " + name), path, false);
      }
    }
    return !types.isEmpty();
  }
}
