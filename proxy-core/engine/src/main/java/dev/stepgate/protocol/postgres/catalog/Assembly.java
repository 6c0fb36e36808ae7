package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.protocol.postgres.catalog.CatalogQueries.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a snapshot of what a server answered. Strict: an answer that is not as asked for makes
 * none.
 */
final class Assembly {

  private final Map<Table, List<String[]>> answers = new EnumMap<>(Table.class);
  private final Snapshot snapshot = new Snapshot();
  private final Map<Long, String> schemas = new HashMap<>();
  private final Map<Long, Deps> domains = new HashMap<>();

  private Assembly(List<List<String[]>> answers) {
    int next = 0;
    for (Table table : Table.values()) {
      this.answers.put(table, answers.get(next++));
    }
  }

  /**
   * The snapshot; its functions' texts are still to be read.
   *
   * @throws IllegalArgumentException if the answers are not such
   */
  static Snapshot of(List<List<String[]>> answers) {
    if (answers.size() != Table.values().length) {
      throw new IllegalArgumentException(
          answers.size() + " answers, " + Table.values().length + " expected");
    }
    Assembly assembly = new Assembly(answers);
    for (Table table : Table.values()) {
      for (String[] row : assembly.rows(table)) {
        if (row.length != table.columns()) {
          throw new IllegalArgumentException(
              table + " with " + row.length + " columns, " + table.columns() + " expected");
        }
      }
    }
    assembly.places();
    assembly.relations();
    assembly.types();
    assembly.hangings();
    assembly.functions();
    assembly.domains();
    return assembly.snapshot;
  }

  private List<String[]> rows(Table table) {
    return answers.get(table);
  }

  private static long oid(String text) {
    return Long.parseLong(text);
  }

  private static boolean is(String text) {
    return text.equals("t");
  }

  private void places() {
    String[] database = rows(Table.DATABASE).get(0);
    snapshot.database = database[0];
    snapshot.version = Integer.parseInt(database[1]) / 10_000;
    for (String[] row : rows(Table.SCHEMAS)) {
      schemas.put(oid(row[0]), row[1]);
      snapshot.schemas.put(row[1], is(row[2]));
    }
    for (String[] row : rows(Table.USAGE)) {
      snapshot.users.computeIfAbsent(schema(row[0]), key -> new HashSet<>()).add(row[1]);
    }
    rows(Table.SUPERUSERS).forEach(row -> snapshot.superusers.add(row[0]));
  }

  private String schema(String oid) {
    return schemas.getOrDefault(oid(oid), "");
  }

  private void relations() {
    for (String[] row : rows(Table.RELATIONS)) {
      Relation relation =
          new Relation(
              oid(row[0]), schema(row[1]), row[2], row[3].charAt(0), is(row[4]), oid(row[5]));
      snapshot.relations.put(relation.oid, relation);
      snapshot
          .relationsByName
          .computeIfAbsent(relation.schema, key -> new HashMap<>())
          .put(relation.name, relation);
    }
    for (String[] row : rows(Table.COLUMNS)) {
      Relation relation = relation(row[0]);
      if (relation != null) {
        relation.columns.put(Integer.parseInt(row[1]), row[2]);
        relation.columnTypes.put(row[2], oid(row[3]));
      }
    }
    for (String[] row : rows(Table.PARENTS)) {
      Relation child = relation(row[0]);
      Relation parent = relation(row[1]);
      if (child != null && parent != null) {
        parent.children.add(child);
      }
    }
  }

  private Relation relation(String oid) {
    return snapshot.relations.get(oid(oid));
  }

  private void types() {
    for (String[] row : rows(Table.TYPES)) {
      Type type =
          new Type(oid(row[0]), schema(row[1]), row[2], row[3].charAt(0), oid(row[4]), oid(row[5]));
      snapshot.types.put(type.oid, type);
      snapshot
          .typesByName
          .computeIfAbsent(type.schema, key -> new HashMap<>())
          .put(type.name, type);
    }
  }

  /** What hangs on relations and domains. */
  private void hangings() {
    for (String[] row : rows(Table.RULES)) {
      Relation relation = relation(row[0]);
      if (relation != null && row[3].equals("D")) {
        relation.hasDisabled = true;
      } else if (relation != null) {
        Deps deps = NodeTree.read(row[5]).and(NodeTree.read(row[4]));
        relation.rules.add(new Relation.Rule(row[1], row[2].charAt(0), deps));
        for (Deps.Touched touched : deps.touched()) {
          if (touched.relation() != relation.oid) {
            snapshot
                .dependents
                .computeIfAbsent(touched.relation(), key -> new HashSet<>())
                .add(relation);
          }
        }
      }
    }
    for (String[] row : rows(Table.TRIGGERS)) {
      Relation relation = relation(row[0]);
      if (relation != null && row[4].equals("D")) {
        relation.hasDisabled = true;
      } else if (relation != null) {
        int bits = Integer.parseInt(row[3]);
        relation.triggers.add(
            new Relation.Trigger(row[1], oid(row[2]), bits, NodeTree.read(row[5])));
      }
    }
    rows(Table.CONSTRAINTS).forEach(this::constraint);
    for (String[] row : rows(Table.DEFAULTS)) {
      Relation relation = relation(row[0]);
      if (relation != null) {
        Deps deps = NodeTree.read(row[3]);
        switch (row[2]) {
          case "" ->
              relation.defaults.merge(
                  String.valueOf(relation.columns.get(Integer.parseInt(row[1]))), deps, Deps::and);
          case "s" -> relation.written = relation.written.and(deps);
          default -> relation.read = relation.read.and(deps);
        }
      }
    }
    for (String[] row : rows(Table.SEQUENCES)) {
      Relation table = relation(row[0]);
      Relation sequence = relation(row[1]);
      if (table != null && sequence != null) {
        String column = table.columns.get(Integer.parseInt(row[2]));
        table.sequences.put(String.valueOf(column), sequence);
      }
    }
    for (String[] row : rows(Table.INDEXES)) {
      written(row[0], NodeTree.read(row[2]));
    }
    for (String[] row : rows(Table.PARTITIONING)) {
      written(row[0], NodeTree.read(row[1]));
    }
    for (String[] row : rows(Table.POLICIES)) {
      Relation relation = relation(row[0]);
      if (relation != null) {
        relation.policies = relation.policies.and(NodeTree.read(row[2]));
      }
    }
  }

  private void written(String oid, Deps deps) {
    Relation relation = relation(oid);
    if (relation != null) {
      relation.written = relation.written.and(deps);
    }
  }

  private void constraint(String[] row) {
    Relation from = relation(row[0]);
    switch (row[3]) {
      case "f" -> {
        Relation to = relation(row[4]);
        if (from != null && to != null) {
          Relation.ForeignKey key =
              new Relation.ForeignKey(
                  row[2],
                  from,
                  to,
                  row[5].charAt(0),
                  row[6].charAt(0),
                  columns(from, row[7]),
                  columns(to, row[8]));
          from.references.add(key);
          to.referencedBy.add(key);
        }
      }
      case "x" -> {
        Set<Long> operators = new HashSet<>(numbers(row[10]));
        written(row[0], new Deps(List.of(), Set.of(), operators, Set.of(), Set.of(), false));
      }
      default -> {
        Deps deps = NodeTree.read(row[9]);
        if (from != null) {
          from.written = from.written.and(deps);
        } else {
          domains.merge(oid(row[1]), deps, Deps::and);
        }
      }
    }
  }

  private static Set<String> columns(Relation relation, String numbers) {
    Set<String> names = new TreeSet<>();
    for (long number : numbers(numbers)) {
      names.add(relation.columns.getOrDefault((int) number, ""));
    }
    return names;
  }

  private static List<Long> numbers(String text) {
    List<Long> numbers = new ArrayList<>();
    if (text != null) {
      for (String word : text.split(" ")) {
        if (!word.isEmpty()) {
          numbers.add(Long.parseLong(word));
        }
      }
    }
    return numbers;
  }

  private void functions() {
    for (String[] row : rows(Table.FUNCTIONS)) {
      Routine routine =
          new Routine(
              oid(row[0]),
              schema(row[1]),
              row[2],
              row[3].charAt(0),
              row[4],
              row[5],
              is(row[6]),
              numbers(row[7]),
              oid(row[8]),
              row[9] == null ? List.of() : List.of(row[9].split("\u0001")),
              row[10] == null ? "" : row[10],
              row[13]);
      routine.deps = NodeTree.read(row[11]).and(NodeTree.read(row[12]));
      routine.bodyKnown = row[12] != null;
      snapshot.routines.put(routine.oid, routine);
      snapshot
          .routinesByName
          .computeIfAbsent(routine.schema, key -> new HashMap<>())
          .computeIfAbsent(routine.name, key -> new ArrayList<>())
          .add(routine);
    }
    for (String[] row : rows(Table.MEMBERS)) {
      Routine routine = snapshot.routines.get(oid(row[0]));
      if (routine != null) {
        routine.extension = row[1];
      }
    }
    for (String[] row : rows(Table.AGGREGATES)) {
      Routine routine = snapshot.routines.get(oid(row[0]));
      if (routine != null) {
        numbers(row[1]).stream().filter(part -> part != 0).forEach(routine.parts::add);
      }
    }
    operators();
    for (String[] row : rows(Table.EVENTS)) {
      if (!row[3].equals("D")) {
        snapshot.events.add(new Snapshot.EventTrigger(row[0], row[1], oid(row[2])));
      }
    }
  }

  private void operators() {
    for (String[] row : rows(Table.OPERATORS)) {
      Snapshot.Operator operator = new Snapshot.Operator(schema(row[1]), row[2], oid(row[3]));
      snapshot.operators.put(oid(row[0]), operator);
      snapshot
          .operatorsByName
          .computeIfAbsent(operator.name(), key -> new ArrayList<>())
          .add(operator);
    }
    for (String[] row : rows(Table.CASTS)) {
      snapshot.casts.add(
          new Snapshot.Cast(oid(row[0]), oid(row[1]), oid(row[2]), !row[3].equals("e")));
    }
    for (String[] row : rows(Table.AMBIENT)) {
      Routine routine = snapshot.routines.get(oid(row[0]));
      if (routine != null && !routine.isNative()) {
        snapshot.ambient.add(routine.oid);
      }
    }
    for (Snapshot.Cast cast : snapshot.casts) {
      Routine routine = snapshot.routines.get(cast.function());
      if (cast.implicit() && routine != null && !routine.isNative()) {
        snapshot.ambient.add(routine.oid);
      }
    }
  }

  /** What the domains in types and columns run. */
  private void domains() {
    for (Type type : snapshot.types.values()) {
      type.checks = checks(type.oid, new HashSet<>());
      if (isPure(type.checks)) {
        type.checks = Deps.NONE;
      } else {
        snapshot.checked.add(type);
      }
    }
    for (Relation relation : snapshot.relations.values()) {
      for (long type : relation.columnTypes.values()) {
        Type known = snapshot.types.get(type);
        if (known != null) {
          relation.written = relation.written.and(known.checks);
        }
      }
    }
  }

  /** Whether nothing of somebody's own runs, and nothing of the server's that does anything. */
  private boolean isPure(Deps deps) {
    return deps.touched().isEmpty()
        && deps.named().isEmpty()
        && deps.operators().stream().noneMatch(snapshot.operators::containsKey)
        && deps.functions().stream()
            .map(snapshot.routines::get)
            .allMatch(
                routine -> routine != null && routine.isBuiltin() && Builtins.of(routine) == null);
  }

  private Deps checks(long oid, Set<Long> within) {
    Type type = snapshot.types.get(oid);
    if (type == null || !within.add(oid)) {
      return Deps.NONE;
    }
    Deps deps = domains.getOrDefault(oid, Deps.NONE);
    deps = deps.and(checks(type.base, within)).and(checks(type.element, within));
    if (type.sort == 'c') {
      Relation row = snapshot.relationsByName.getOrDefault(type.schema, Map.of()).get(type.name);
      if (row != null && !row.schema.equals(Path.CATALOG)) {
        for (long column : row.columnTypes.values()) {
          deps = deps.and(checks(column, within));
        }
      }
    }
    return deps;
  }
}
