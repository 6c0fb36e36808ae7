package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a transaction that is still open has changed of the catalog. Changes count by the last part
 * of a name, whatever its schema: a statement that comes to nothing of such a name comes to what
 * the snapshot says, because whatever may hide, extend or hang on something has to name it.
 */
final class Changes {

  /** The changes whose text says all that they change; after any other, nothing is known. */
  private static final Set<String> TOLD =
      Set.of(
          "create",
          "create table as",
          "select",
          "alter table",
          "index",
          "view",
          "create seq",
          "alter seq",
          "create schema",
          "create function",
          "create enum",
          "create domain",
          "create trig",
          "rule",
          "create policy",
          "create stats",
          "drop",
          "comment",
          "grant");

  /** What these statements change may be told; of other kinds of things it is not. */
  private static final Set<String> THINGS =
      Set.of(
          "relation",
          "table",
          "view",
          "materialized view",
          "sequence",
          "index",
          "function",
          "procedure",
          "type",
          "domain",
          "statistics",
          "column",
          "constraint",
          "trigger",
          "rule",
          "policy");

  static final Set<String> RELATIONS =
      Set.of(
          "relation", "table", "view", "materialized view", "sequence", "index", "foreign table");

  /** No changes. */
  static final Changes NONE = new Changes(List.of());

  private static final Set<String> HANGING = Set.of("trigger", "rule", "policy");
  private static final Set<String> PARTS = Set.of("column", "constraint");

  private final List<Facts.Statement> statements;
  private final Set<String> names = new HashSet<>();
  private final Set<String> altered = new HashSet<>();
  private final Set<String> code = new HashSet<>();
  private boolean anything;

  private Changes(List<Facts.Statement> statements) {
    this.statements = statements;
  }

  /**
   * Changes.
   *
   * @param snapshot from before them
   * @param path where names are looked up
   */
  static Changes of(List<Facts.Statement> statements, Snapshot snapshot, Path path) {
    Changes changes = new Changes(statements);
    for (Facts.Statement statement : statements) {
      changes.add(statement);
      changes.follow(new Walk(snapshot, false, NONE).statement(statement, path).statement());
    }
    return changes;
  }

  /** What goes with it counts as named; what functions may have changed does not show. */
  private void follow(Reach.Statement reach) {
    anything |= reach.unknown().stream().anyMatch(unknown -> unknown.reason() != Reason.NOT_FOUND);
    for (Reach.Use use : reach.uses()) {
      if (!use.via().isEmpty() && isChange(use.effect()) && use.effect() != Effect.REFERENCE) {
        boolean function = use.via().stream().anyMatch(one -> one.startsWith("function "));
        anything |= function || !THINGS.contains(use.kind()) || use.name().isEmpty();
        names.addAll(use.name());
        altered.addAll(use.name());
      }
    }
  }

  boolean isEmpty() {
    return statements.isEmpty();
  }

  private void add(Facts.Statement statement) {
    anything |= !TOLD.contains(statement.kind());
    anything |= statement.gaps().stream().anyMatch(gap -> !gap.later());
    // What was made before may run within it, and do anything.
    anything |=
        statement.references().stream()
            .anyMatch(one -> !one.later() && names.contains(last(one.name())));
    anything |=
        statement.uses().stream()
            .anyMatch(
                use ->
                    !use.later()
                        && !isChange(use.effect())
                        && use.effect() != Effect.COMMENT
                        && lasts(use).stream().anyMatch(names::contains));
    for (Use use : statement.uses()) {
      if (!use.later() && isChange(use.effect())) {
        boolean made = use.effect() == Effect.CREATE || use.effect() == Effect.REFERENCE;
        boolean typeAltered = Set.of("type", "domain").contains(use.kind()) && !made;
        boolean schemaMade = use.kind().equals("schema") && made;
        anything |= (!THINGS.contains(use.kind()) && !schemaMade) || typeAltered;
        names.addAll(lasts(use));
        if (use.effect() != Effect.REFERENCE) {
          altered.addAll(lasts(use));
        }
        if (!RELATIONS.contains(use.kind())) {
          code.addAll(lasts(use));
        }
      }
    }
  }

  private static String last(List<String> name) {
    return name.get(name.size() - 1);
  }

  /** The last part of a name, and of what hangs on something that thing's too. */
  private static List<String> lasts(Use use) {
    int size = use.name().size();
    if (size == 0) {
      return List.of();
    }
    boolean part = HANGING.contains(use.kind()) || PARTS.contains(use.kind());
    return part && size > 1 ? List.of(use.name().get(size - 2)) : List.of(use.name().get(size - 1));
  }

  /** Whether what names mean may be other after a statement. */
  static boolean isChange(Facts.Statement statement, Reach.Statement reach) {
    return (!reach.unknown().isEmpty() && looksUp(statement))
        || reach.uses().stream().anyMatch(use -> isChange(use.effect()));
  }

  private static boolean isChange(Effect effect) {
    return switch (effect) {
      case CREATE, ALTER, DROP, REFERENCE, GRANT, ROLE, SYSTEM, SECURITY_LABEL -> true;
      default -> false;
    };
  }

  /** Says what is unknown of a statement after these changes; relations are judged by name. */
  void judge(Facts.Statement statement, Found found) {
    if (!statements.isEmpty() && looksUp(statement) && depends(statement, found.statement())) {
      unknown(found);
    }
  }

  static void unknown(Found found) {
    found.unknown(Reason.UNCOMMITTED, "the open transaction has changed definitions");
  }

  private boolean depends(Facts.Statement statement, Reach.Statement reach) {
    if (anything) {
      return true;
    }
    return statement.references().stream().anyMatch(one -> code.contains(last(one.name())))
        || statement.references().stream().anyMatch(one -> names.contains(last(one.name())))
        || statement.columns().stream().anyMatch(column -> code.contains(column.column()))
        || statement.uses().stream()
            .anyMatch(
                use ->
                    !use.later()
                        && !RELATIONS.contains(use.kind())
                        && use.effect() != Effect.CREATE
                        && lasts(use).stream().anyMatch(code::contains))
        || reach.uses().stream().anyMatch(use -> !use.via().isEmpty() && isOther(use))
        || reach.functions().stream().anyMatch(name -> names.contains(name.get(1)));
  }

  /** Whether what follows for something that the statement does not name may be other now. */
  private boolean isOther(Reach.Use use) {
    String name = use.name().isEmpty() ? "" : last(use.name());
    return altered.contains(name) || (names.contains(name) && !isRowsOnly(use.effect()));
  }

  /** Whether an effect leaves alone what others' foreign keys say of the rows. */
  private static boolean isRowsOnly(Effect effect) {
    return switch (effect) {
      case DELETE, UPDATE, MERGE, TRUNCATE, DROP -> false;
      default -> true;
    };
  }

  /** Whether a statement means anything by names that the catalog knows. */
  private static boolean looksUp(Facts.Statement statement) {
    return !statement.references().isEmpty()
        || statement.uses().stream().anyMatch(use -> !use.later() && looksUp(use.effect()));
  }

  private static boolean looksUp(Effect effect) {
    return switch (effect) {
      case TRANSACTION,
          SET,
          SHOW,
          LISTEN,
          RELEASE,
          FETCH,
          PREPARE,
          EXECUTE,
          SESSION_IDENTITY,
          NOTIFY ->
          false;
      default -> true;
    };
  }

  boolean touches(String name) {
    return names.contains(name);
  }

  /** The statements that change something of that name. */
  List<Facts.Statement> about(String name) {
    return statements.stream()
        .filter(statement -> changes(statement).anyMatch(use -> lasts(use).contains(name)))
        .toList();
  }

  private static Stream<Use> changes(Facts.Statement statement) {
    return statement.uses().stream().filter(use -> !use.later() && isChange(use.effect()));
  }

  /** What was made under that name, where it is one table or sequence; else null. */
  Use made(String name) {
    List<Use> made =
        statements.stream()
            .flatMap(Changes::changes)
            .filter(use -> use.effect() == Effect.CREATE && lasts(use).equals(List.of(name)))
            .toList();
    boolean plain =
        made.size() == 1
            && !PARTS.contains(made.get(0).kind())
            && Set.of("table", "sequence").contains(made.get(0).kind());
    return plain ? made.get(0) : null;
  }

  /**
   * Whether all that a transaction did about a relation is in what these statements name: columns,
   * checks, defaults, indexes, and foreign keys to others.
   *
   * @param known whether the relation was there before
   */
  boolean isPlain(String name, Effect effect, boolean known) {
    boolean rowsOnly = isRowsOnly(effect);
    for (Facts.Statement statement : about(name)) {
      for (Use use : changes(statement).toList()) {
        boolean own = lasts(use).contains(name);
        boolean fine =
            switch (use.effect()) {
              case CREATE ->
                  own ? !known && !HANGING.contains(use.kind()) : !isParent(statement, name);
              case ALTER -> own;
              // Others' foreign keys to it: what is deleted here may be deleted there.
              case REFERENCE -> !own || rowsOnly;
              case DROP -> own && (PARTS.contains(use.kind()) || !known);
              case GRANT -> own;
              default -> false;
            };
        if (!fine) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a table is made that becomes a child of {@code name}: an index on it is none. */
  private static boolean isParent(Facts.Statement statement, String name) {
    return statement.kind().equals("create")
        && changes(statement)
            .anyMatch(use -> use.effect() == Effect.ALTER && lasts(use).contains(name));
  }
}
