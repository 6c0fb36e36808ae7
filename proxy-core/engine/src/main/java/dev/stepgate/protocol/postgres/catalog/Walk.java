package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Goes from what a statement names to all that follows from it, nearest first, each thing once, and
 * no further than {@link #MOST_STEPS}.
 */
final class Walk {

  /** Things that are followed for one statement at most. */
  static final int MOST_STEPS = 20_000;

  /** How far from the statement. */
  static final int DEEPEST = 40;

  private record Visit(Object what, Object how, Path path) {}

  final Snapshot snapshot;
  final Changes changes;
  final Found found = new Found();
  private final Following following = new Following(this);
  private final StatementWalk statements = new StatementWalk(this);
  private final Deque<Runnable> ahead = new ArrayDeque<>();
  private final Set<Visit> visited = new HashSet<>();
  private final boolean plainStrings;
  private int steps;

  /**
   * A walk.
   *
   * @param plainStrings whether a backslash in a body's string is itself
   * @param changes what the open transaction has done since the snapshot
   */
  Walk(Snapshot snapshot, boolean plainStrings, Changes changes) {
    this.snapshot = snapshot;
    this.changes = changes;
    this.plainStrings = plainStrings;
  }

  /** Follows a statement that a client sends. */
  Found statement(Facts.Statement statement, Path path) {
    statements.now(statement, path);
    while (!ahead.isEmpty()) {
      if (++steps > MOST_STEPS) {
        found.unknown(Reason.TOO_COMPLEX, "it leads to more than " + MOST_STEPS + " things");
        break;
      }
      ahead.poll().run();
    }
    return found;
  }

  static List<String> with(List<String> via, String more) {
    List<String> longer = new ArrayList<>(via);
    longer.add(more);
    return longer;
  }

  private void ahead(List<String> via, Runnable step) {
    if (via.size() > DEEPEST) {
      found.unknown(Reason.TOO_COMPLEX, "it leads further than " + DEEPEST + " steps away");
    } else {
      ahead.add(step);
    }
  }

  /**
   * Something is done to a relation.
   *
   * @param columns those that are written, or null where that is not known
   */
  void relation(
      Effect effect,
      Relation relation,
      Where where,
      List<String> via,
      Path path,
      Set<String> columns) {
    found.use(effect, relation.word(), relation.qualified(), where, via);
    List<Object> how = new ArrayList<>(List.of(effect, where));
    how.add(columns);
    if (visited.add(new Visit(relation, how, path))) {
      ahead(via, () -> following.follow(effect, relation, where, via, path, columns));
    }
  }

  /** The same, where nothing more is known. */
  void relation(Effect effect, Relation relation, List<String> via, Path path) {
    relation(effect, relation, Where.NOT_APPLICABLE, via, path, null);
  }

  /**
   * A function is called.
   *
   * @param told whether what it does to sequences and settings is told already
   */
  void function(long oid, List<String> via, Path path, boolean told) {
    Routine routine = snapshot.routines.get(oid);
    if (routine == null) {
      found.unknown(Reason.NOT_FOUND, "function number " + oid);
      return;
    }
    found.function(routine);
    if (!visited.add(new Visit(routine, told, path))) {
      return;
    }
    if (routine.isBuiltin()) {
      builtin(routine, with(via, "function " + routine.said()), told);
    } else {
      ahead(via, () -> body(routine, with(via, "function " + routine.said()), path));
    }
  }

  private void builtin(Routine routine, List<String> via, boolean told) {
    Builtins.Does does = Builtins.of(routine);
    if (does == null) {
      return;
    }
    if (does.unknown()) {
      found.unknown(Reason.CODE, "function " + routine.said() + " runs what it is given");
    } else if (does.effect() == Effect.SET) {
      found.moves();
      if (!told) {
        found.use(Effect.SET, "setting", List.of(), Where.NOT_APPLICABLE, via);
        found.use(Effect.SESSION_IDENTITY, "setting", List.of(), Where.NOT_APPLICABLE, via);
      }
    } else if (!does.kind().equals("sequence")) {
      found.use(does.effect(), does.kind(), List.of(), Where.NOT_APPLICABLE, via);
    } else if (!told) {
      found.use(does.effect(), does.kind(), List.of(), Where.NOT_APPLICABLE, via);
      found.unknown(Reason.AMBIGUOUS, "a sequence whose name is made at run time");
    }
  }

  private void body(Routine routine, List<String> via, Path path) {
    deps(routine.deps, via, path, Effect.SELECT);
    routine.arguments.forEach(type -> value(type, via, path));
    value(routine.result, via, path);
    routine.parts.forEach(part -> function(part, via, path, false));
    if (routine.kind == 'a' || routine.bodyKnown || routine.isComputing()) {
      return;
    }
    if (routine.definition == null) {
      found.unknown(
          Reason.CODE, "function " + routine.said() + " is written in " + routine.language);
      return;
    }
    if (routine.facts.isEmpty()) {
      found.unknown(Reason.CODE, "function " + routine.said() + " could not be read");
    }
    if (!plainStrings && routine.definition.indexOf('\\') >= 0) {
      found.unknown(
          Reason.SURROUNDINGS, "how strings in " + routine.said() + " are read by this session");
    }
    Path within = path.within(routine);
    for (Facts facts : routine.facts) {
      facts.statements().forEach(statement -> statements.later(statement, via, within));
    }
    if (routine.language.equals("plpgsql")) {
      variables(routine.definition, via, within);
    }
  }

  /** A body's variables may be of domains with checks that run something. */
  void variables(String text, List<String> via, Path path) {
    boolean borrowed = text == null || text.contains("%");
    for (Type type : snapshot.checked) {
      if (borrowed || text.contains(type.name)) {
        value(type.oid, via, path);
      }
    }
  }

  /** Something becomes a value of a type. */
  void value(long oid, List<String> via, Path path) {
    Type type = snapshot.types.get(oid);
    if (type != null && !type.checks.isEmpty() && visited.add(new Visit(type, "", path))) {
      List<String> there = with(via, "domain in " + String.join(".", type.qualified()));
      ahead(there, () -> deps(type.checks, there, path, Effect.SELECT));
    }
  }

  /** What stands in the catalog runs; relations that it reads get the effect {@code reading}. */
  void deps(Deps deps, List<String> via, Path path, Effect reading) {
    if (deps.isEmpty()) {
      return;
    }
    for (Deps.Touched touched : deps.touched()) {
      Relation relation = snapshot.relations.get(touched.relation());
      if (relation == null) {
        found.unknown(Reason.NOT_FOUND, "relation number " + touched.relation());
      } else {
        touched(touched, relation, via, path, reading);
      }
    }
    boolean counts = false;
    for (long oid : deps.named()) {
      Relation relation = snapshot.relations.get(oid);
      if (relation != null && relation.kind == Relation.SEQUENCE) {
        counts = true;
        relation(Effect.UPDATE, relation, via, path);
      }
    }
    boolean told = counts;
    deps.functions().forEach(function -> dep(function, via, path, told));
    for (long number : deps.operators()) {
      Snapshot.Operator operator = snapshot.operators.get(number);
      if (operator != null) {
        function(operator.function(), via, path, false);
      }
    }
    deps.types().forEach(type -> value(type, via, path));
    if (deps.notifies()) {
      found.use(Effect.NOTIFY, "channel", List.of(), Where.NOT_APPLICABLE, via);
    }
  }

  private void dep(long function, List<String> via, Path path, boolean counts) {
    Routine routine = snapshot.routines.get(function);
    boolean told = counts && routine != null && routine.isBuiltin() && Builtins.isSequence(routine);
    function(function, via, path, told);
  }

  private void touched(
      Deps.Touched touched, Relation relation, List<String> via, Path path, Effect reading) {
    int privileges = touched.privileges();
    if ((privileges & Deps.SELECT) != 0) {
      relation(reading, relation, via, path);
    }
    if ((privileges & Deps.INSERT) != 0) {
      relation(Effect.INSERT, relation, via, path);
    }
    if ((privileges & Deps.UPDATE) != 0) {
      relation(Effect.UPDATE, relation, via, path);
    }
    if ((privileges & Deps.DELETE) != 0) {
      relation(Effect.DELETE, relation, via, path);
    }
    columns(relation, touched.read(), Part.OUTPUT);
    columns(relation, touched.written(), Part.WRITTEN);
  }

  private void columns(Relation relation, List<Integer> numbers, Part part) {
    for (int number : numbers) {
      if (number == 0) {
        relation.columns.values().forEach(name -> found.column(relation, name, part));
      } else if (relation.columns.containsKey(number)) {
        found.column(relation, relation.columns.get(number), part);
      }
    }
  }
}
