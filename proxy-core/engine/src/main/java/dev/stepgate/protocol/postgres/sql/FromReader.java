package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** FROM: what is read, and under which names its columns are known from there on. */
final class FromReader {

  private final Reading reading;

  FromReader(Reading reading) {
    this.reading = reading;
  }

  /**
   * Reads the items of a FROM into {@code scope}. What is not LATERAL sees {@code outside} instead:
   * the WITH queries and what lies further out, but no neighbour.
   */
  void items(JsonNode list, Scope scope, Scope outside) {
    list.forEach(node -> item(node, scope, outside));
  }

  /** Reads one item and makes it visible; says what it shows, for a join around it. */
  Scope.Item item(JsonNode node, Scope scope, Scope outside) {
    JsonNode fields = Trees.fields(node);
    Scope lateral = Trees.is(fields, "lateral") ? scope : outside;
    return switch (Trees.type(node)) {
      case "RangeVar" -> read(fields, scope);
      case "JoinExpr" -> join(fields, scope, outside);
      case "RangeSubselect" -> {
        reading.statement(fields.path("subquery"), lateral);
        yield opaque(fields, scope);
      }
      case "RangeFunction", "RangeTableFunc", "JsonTable" -> {
        // Functions in FROM are LATERAL without the word.
        if (Trees.type(node).equals("JsonTable")) {
          reading.calls.builtin("json_table");
        }
        reading.expressions.children(fields, scope, Part.OUTPUT);
        yield opaque(fields, scope);
      }
      case "RangeTableSample" -> {
        Scope.Item sampled = item(fields.path("relation"), scope, outside);
        reading.found.reference(Reference.Kind.FUNCTION, Trees.name(fields.path("method")));
        reading.expressions.all(fields.path("args"), scope, Part.PREDICATE);
        reading.expressions.all(fields.path("repeatable"), scope, Part.PREDICATE);
        yield sampled;
      }
      default -> {
        reading.found.gap(Gap.Reason.UNKNOWN, "in FROM: " + Trees.type(node));
        yield Scope.Item.OPAQUE;
      }
    };
  }

  private Scope.Item read(JsonNode range, Scope scope) {
    String name = Trees.text(range, "relname");
    if (!range.has("schemaname") && scope.isQuery(name)) {
      return opaque(range, scope);
    }
    reading.found.use(Effect.SELECT, "relation", Trees.relation(range));
    return named(range, scope);
  }

  /** Makes a relation's columns visible under its alias or name, without reading it. */
  Scope.Item named(JsonNode range, Scope scope) {
    JsonNode alias = range.path("alias");
    boolean renamed = alias.has("colnames");
    Scope.Item item = new Scope.Item(List.of(Trees.relation(range)), !renamed, renamed);
    scope.add(alias(range), item);
    return item;
  }

  /** The name by which an item's columns are qualified. */
  static String alias(JsonNode fields) {
    String alias = Trees.text(fields.path("alias"), "aliasname");
    return alias.isEmpty() ? Trees.text(fields, "relname") : alias;
  }

  private static Scope.Item opaque(JsonNode fields, Scope scope) {
    scope.add(alias(fields), Scope.Item.OPAQUE);
    return Scope.Item.OPAQUE;
  }

  private Scope.Item join(JsonNode join, Scope scope, Scope outside) {
    boolean hidden = join.has("alias");
    // Under an alias the joined items' own names are not visible from outside, but in ON they are.
    Scope inside = hidden ? scope.inner() : scope;
    Scope.Item left = item(join.path("larg"), inside, outside);
    Scope.Item right = item(join.path("rarg"), inside, outside);
    if (Trees.is(join, "isNatural") || join.has("usingClause")) {
      reading.expressions.equality();
    }
    if (Trees.is(join, "isNatural")) {
      both(left, right, "*");
    }
    join.path("usingClause").forEach(name -> both(left, right, Trees.name(name).get(0)));
    reading.expressions.all(join.path("quals"), inside, Part.PREDICATE);
    List<List<String>> relations = new ArrayList<>(left.relations());
    relations.addAll(right.relations());
    Scope.Item joined = new Scope.Item(List.copyOf(relations), false, false);
    if (hidden) {
      boolean renamed = join.path("alias").has("colnames");
      Scope.Item item = new Scope.Item(joined.relations(), false, renamed);
      scope.add(alias(join), item);
      return item;
    }
    if (join.has("join_using_alias")) {
      scope.add(Trees.text(join.path("join_using_alias"), "aliasname"), joined);
    }
    return joined;
  }

  private void both(Scope.Item left, Scope.Item right, String column) {
    for (Scope.Item side : List.of(left, right)) {
      if (column.equals("*") || side.renamed()) {
        side.relations()
            .forEach(
                relation -> reading.found.column(List.of(relation), false, "*", Part.PREDICATE));
      } else {
        reading.found.column(side.relations(), side.plain(), column, Part.PREDICATE);
      }
    }
  }

  /**
   * The relations whose rows a locking clause locks: all, or those whose alias is {@code named}.
   */
  List<List<String>> lockable(JsonNode from, Scope with, Set<String> named) {
    List<List<String>> relations = new ArrayList<>();
    from.forEach(item -> lockable(item, with, named, relations));
    return relations;
  }

  private void lockable(
      JsonNode node, Scope with, Set<String> named, List<List<String>> relations) {
    JsonNode fields = Trees.fields(node);
    boolean wanted = named.isEmpty() || named.contains(alias(fields));
    switch (Trees.type(node)) {
      case "RangeVar" -> {
        boolean query = !fields.has("schemaname") && with.isQuery(Trees.text(fields, "relname"));
        if (wanted && !query) {
          relations.add(Trees.relation(fields));
        }
      }
      case "JoinExpr" -> {
        Set<String> within = wanted && fields.has("alias") ? Set.of() : named;
        lockable(fields.path("larg"), with, within, relations);
        lockable(fields.path("rarg"), with, within, relations);
      }
      case "RangeTableSample" -> lockable(fields.path("relation"), with, named, relations);
      case "RangeSubselect" -> {
        if (wanted) {
          within(Trees.fields(fields.path("subquery")), with, relations);
        }
      }
      default -> {
        // Functions have no rows to lock.
      }
    }
  }

  private void within(JsonNode query, Scope with, List<List<String>> relations) {
    if (query.has("larg")) {
      within(query.path("larg"), with, relations);
      within(query.path("rarg"), with, relations);
    }
    relations.addAll(lockable(query.path("fromClause"), with, Set.of()));
  }
}
