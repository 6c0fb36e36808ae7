package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.List;
import java.util.Set;

/** What follows when something is done to a relation. */
final class Following {

  private static final int ROWS = Relation.INSERT | Relation.UPDATE | Relation.DELETE;

  private final Walk walk;

  Following(Walk walk) {
    this.walk = walk;
  }

  void follow(
      Effect effect,
      Relation relation,
      Where where,
      List<String> via,
      Path path,
      Set<String> columns) {
    switch (effect) {
      case SELECT, COPY_OUT, EXPLAIN, LOCK, LOCK_ROWS, MERGE -> read(effect, relation, via, path);
      case INSERT, UPDATE, DELETE -> write(effect, relation, where, via, path, columns);
      case TRUNCATE -> truncate(relation, via, path);
      case ALTER, MAINTAIN -> work(effect, relation, via, path);
      case DROP -> drop(relation, via, path);
      default -> {
        // Nothing runs.
      }
    }
  }

  private static String in(Relation relation, String what, String name) {
    return what + " " + relation.said() + "." + name;
  }

  private void read(Effect effect, Relation relation, List<String> via, Path path) {
    rows(relation, via, path);
    if (relation.kind == Relation.VIEW) {
      List<String> there = Walk.with(via, "view " + relation.said());
      boolean same =
          effect == Effect.EXPLAIN || effect == Effect.LOCK || effect == Effect.LOCK_ROWS;
      walk.deps(relation.query(), there, path, same ? effect : Effect.SELECT);
    }
    children(effect, relation, Where.NOT_APPLICABLE, via, path, null);
  }

  /** What looks at rows, whatever is done to them. */
  private void rows(Relation relation, List<String> via, Path path) {
    walk.deps(relation.read, Walk.with(via, "column of " + relation.said()), path, Effect.SELECT);
    walk.deps(
        relation.policies, Walk.with(via, "policy of " + relation.said()), path, Effect.SELECT);
    if (relation.kind == Relation.FOREIGN_TABLE) {
      walk.found.unknown(Reason.CODE, relation.said() + " lies outside of the database");
    }
  }

  private void children(
      Effect effect,
      Relation relation,
      Where where,
      List<String> via,
      Path path,
      Set<String> columns) {
    if (relation.children.isEmpty()) {
      return;
    }
    List<String> there = Walk.with(via, "children of " + relation.said());
    relation.children.forEach(child -> walk.relation(effect, child, where, there, path, columns));
  }

  private void write(
      Effect effect,
      Relation relation,
      Where where,
      List<String> via,
      Path path,
      Set<String> columns) {
    rows(relation, via, path);
    rules(effect, relation, via, path);
    int bit = bit(effect);
    triggers(relation, bit, via, path);
    if (relation.kind == Relation.VIEW) {
      view(effect, relation, where, via, path);
      return;
    }
    if (effect != Effect.DELETE) {
      defaults(effect == Effect.INSERT ? null : columns, relation, via, path);
      walk.deps(
          relation.written,
          Walk.with(via, "definition of " + relation.said()),
          path,
          Effect.SELECT);
      referenced(effect, relation, via, path, columns);
    }
    if (effect != Effect.INSERT) {
      referencing(effect, relation, via, path, columns);
    }
    if (effect != Effect.INSERT || relation.kind == Relation.PARTITIONED) {
      children(effect, relation, where, via, path, columns);
    }
    if (effect == Effect.UPDATE && relation.kind == Relation.PARTITIONED) {
      // A row that moves is deleted in one partition and inserted in another.
      for (Relation child : relation.children) {
        List<String> there = Walk.with(via, "children of " + relation.said());
        triggers(child, ROWS, there, path);
        referencing(Effect.DELETE, child, there, path, null);
      }
    }
  }

  private static int bit(Effect effect) {
    return switch (effect) {
      case INSERT -> Relation.INSERT;
      case UPDATE -> Relation.UPDATE;
      default -> Relation.DELETE;
    };
  }

  private void rules(Effect effect, Relation relation, List<String> via, Path path) {
    char event =
        switch (effect) {
          case UPDATE -> '2';
          case INSERT -> '3';
          default -> '4';
        };
    for (Relation.Rule rule : relation.rules) {
      if (rule.event() == event) {
        walk.deps(
            rule.deps(), Walk.with(via, in(relation, "rule", rule.name())), path, Effect.SELECT);
      }
    }
  }

  private void triggers(Relation relation, int bits, List<String> via, Path path) {
    for (Relation.Trigger trigger : relation.triggers) {
      if ((trigger.bits() & bits) != 0) {
        List<String> there = Walk.with(via, in(relation, "trigger", trigger.name()));
        walk.deps(trigger.when(), there, path, Effect.SELECT);
        walk.function(trigger.function(), there, path, false);
      }
    }
  }

  /** A view that is written to reads what it shows, and may pass the write on. */
  private void view(Effect effect, Relation view, Where where, List<String> via, Path path) {
    List<String> there = Walk.with(via, "view " + view.said());
    Deps query = view.query();
    walk.deps(query, there, path, Effect.SELECT);
    if (view.isInstead(bit(effect))) {
      return;
    }
    for (Deps.Touched touched : query.touched()) {
      Relation base = walk.snapshot.relations.get(touched.relation());
      if (base != null && "rpvf".indexOf(base.kind) >= 0 && base != view) {
        walk.relation(effect, base, where, there, path, null);
      }
    }
  }

  private void defaults(Set<String> columns, Relation relation, List<String> via, Path path) {
    List<String> there = Walk.with(via, "default of " + relation.said());
    boolean all = columns == null || columns.contains("*");
    relation.defaults.forEach(
        (column, deps) -> {
          if (all || columns.contains(column)) {
            walk.deps(deps, there, path, Effect.SELECT);
          }
        });
    relation.sequences.forEach(
        (column, sequence) -> {
          if (all || columns.contains(column)) {
            walk.relation(Effect.UPDATE, sequence, there, path);
          }
        });
  }

  /** Whether an UPDATE may change one of {@code key}. */
  private static boolean changes(Relation relation, Set<String> columns, Set<String> key) {
    return columns == null
        || columns.contains("*")
        || columns.stream().anyMatch(key::contains)
        || relation.hasBefore(Relation.UPDATE);
  }

  private void referenced(
      Effect effect, Relation relation, List<String> via, Path path, Set<String> columns) {
    for (Relation.ForeignKey key : relation.references) {
      if (effect == Effect.INSERT || changes(relation, columns, key.fromColumns())) {
        walk.relation(
            Effect.SELECT, key.to(), Walk.with(via, in(relation, "foreign key", key.name())), path);
      }
    }
  }

  private void referencing(
      Effect effect, Relation relation, List<String> via, Path path, Set<String> columns) {
    for (Relation.ForeignKey key : relation.referencedBy) {
      if (effect == Effect.UPDATE && !changes(relation, columns, key.toColumns())) {
        continue;
      }
      List<String> there = Walk.with(via, in(key.from(), "foreign key", key.name()));
      char action = effect == Effect.UPDATE ? key.onUpdate() : key.onDelete();
      Effect does =
          switch (action) {
            case 'c' -> effect;
            case 'n', 'd' -> Effect.UPDATE;
            default -> Effect.SELECT;
          };
      walk.relation(does, key.from(), there, path);
    }
  }

  private void truncate(Relation relation, List<String> via, Path path) {
    triggers(relation, Relation.TRUNCATE, via, path);
    children(Effect.TRUNCATE, relation, Where.NOT_APPLICABLE, via, path, null);
    for (Relation.ForeignKey key : relation.referencedBy) {
      walk.relation(
          Effect.TRUNCATE,
          key.from(),
          Walk.with(via, in(key.from(), "foreign key", key.name())),
          path);
    }
    List<String> there = Walk.with(via, "sequences of " + relation.said());
    relation
        .sequences
        .values()
        .forEach(sequence -> walk.relation(Effect.UPDATE, sequence, there, path));
    if (relation.kind == Relation.FOREIGN_TABLE) {
      walk.found.unknown(Reason.CODE, relation.said() + " lies outside of the database");
    }
  }

  /** A definition changes, or storage is worked over: expressions of the table run. */
  private void work(Effect effect, Relation relation, List<String> via, Path path) {
    List<String> there = Walk.with(via, "definition of " + relation.said());
    walk.deps(relation.written, there, path, Effect.SELECT);
    walk.deps(relation.read, there, path, Effect.SELECT);
    relation.defaults.values().forEach(deps -> walk.deps(deps, there, path, Effect.SELECT));
    if (relation.kind == Relation.MATERIALIZED_VIEW) {
      walk.deps(
          relation.query(),
          Walk.with(via, "materialized view " + relation.said()),
          path,
          Effect.SELECT);
    }
    children(effect, relation, Where.NOT_APPLICABLE, via, path, null);
    if (effect == Effect.ALTER) {
      for (Relation.ForeignKey key : relation.references) {
        rebuilt(key, key.to(), via, path);
      }
      for (Relation.ForeignKey key : relation.referencedBy) {
        rebuilt(key, key.from(), via, path);
      }
    }
  }

  /** A column's new type, or a new check, makes a foreign key be built and checked again. */
  private void rebuilt(Relation.ForeignKey key, Relation other, List<String> via, Path path) {
    List<String> there = Walk.with(via, in(key.from(), "foreign key", key.name()));
    walk.relation(Effect.REFERENCE, other, there, path);
    walk.relation(Effect.SELECT, other, there, path);
  }

  /** What goes with it, by itself or where CASCADE is said. */
  private void drop(Relation relation, List<String> via, Path path) {
    children(Effect.DROP, relation, Where.NOT_APPLICABLE, via, path, null);
    List<String> there = Walk.with(via, "dependents of " + relation.said());
    relation
        .sequences
        .values()
        .forEach(sequence -> walk.relation(Effect.DROP, sequence, there, path));
    walk.snapshot
        .dependents
        .getOrDefault(relation.oid, Set.of())
        .forEach(
            view -> {
              boolean query = "vm".indexOf(view.kind) >= 0;
              walk.relation(query ? Effect.DROP : Effect.ALTER, view, there, path);
            });
    for (Relation.ForeignKey key : relation.referencedBy) {
      walk.relation(
          Effect.ALTER,
          key.from(),
          Walk.with(via, in(key.from(), "foreign key", key.name())),
          path);
    }
  }
}
