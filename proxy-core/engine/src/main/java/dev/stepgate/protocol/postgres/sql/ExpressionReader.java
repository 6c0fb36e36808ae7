package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import java.util.List;
import java.util.Locale;

/**
 * Expressions, and whatever else only holds expressions: columns, functions, operators, types and
 * queries within. A node of a type that is not known is a gap, never passed over.
 */
final class ExpressionReader {

  private final Reading reading;
  private boolean uncertain;

  ExpressionReader(Reading reading) {
    this.reading = reading;
  }

  /** Reads a node, or each of a list. */
  void all(JsonNode node, Scope scope, Part part) {
    if (node.isArray()) {
      node.forEach(item -> all(item, scope, part));
    } else if (node.isObject()) {
      String type = Trees.type(node);
      if (type != null) {
        node(type, node, scope, part);
      } else {
        untyped(node, scope, part);
      }
    }
  }

  /** Reads what stands in any field of a node. */
  void children(JsonNode fields, Scope scope, Part part) {
    for (JsonNode child : fields) {
      if (child.isContainerNode()) {
        all(child, scope, part);
      }
    }
  }

  /** Reads an expression whose columns may be something else. */
  void uncertain(JsonNode node, Scope scope, Part part) {
    boolean before = uncertain;
    uncertain = true;
    all(node, scope, part);
    uncertain = before;
  }

  /** A name that is a column, or something else. */
  void perhaps(String name, Scope scope, Part part) {
    boolean before = uncertain;
    uncertain = true;
    alone(name, scope, part);
    uncertain = before;
  }

  /** RETURNING: a star is the statement's own items, and old and new are names beside them. */
  void returned(JsonNode expressions, Scope scope, Scope named) {
    for (JsonNode target : expressions) {
      JsonNode value = Trees.fields(target).path("val");
      boolean star =
          "ColumnRef".equals(Trees.type(value)) && Trees.fields(value).path("fields").size() == 1;
      all(value, star ? scope : named, Part.OUTPUT);
    }
  }

  /** Columns that are named without an expression, in an index or the like. */
  void columnNames(JsonNode elements, List<String> relation, Scope scope, Part part) {
    for (JsonNode element : elements) {
      JsonNode fields = Trees.fields(element);
      if (fields.has("name")) {
        reading.found.column(List.of(relation), true, Trees.text(fields, "name"), part);
      }
      all(fields.path("expr"), scope, part);
      all(fields.path("opclassopts"), scope, part);
    }
  }

  void operator(JsonNode name) {
    if (!name.isEmpty()) {
      reading.found.reference(Reference.Kind.OPERATOR, Trees.name(name));
    }
  }

  private void node(String type, JsonNode node, Scope scope, Part part) {
    JsonNode fields = Trees.fields(node);
    switch (type) {
      case "ColumnRef" -> column(fields.path("fields"), scope, part);
      case "FuncCall" -> reading.calls.call(fields, scope, part);
      case "A_Expr" -> {
        compared(fields);
        all(fields.path("lexpr"), scope, part);
        all(fields.path("rexpr"), scope, part);
      }
      case "TypeName" -> type(fields, scope);
      case "CollateClause" -> {
        reading.found.reference(Reference.Kind.COLLATION, Trees.name(fields.path("collname")));
        all(fields.path("arg"), scope, part);
      }
      case "SubLink" -> {
        all(fields.path("testexpr"), scope, part);
        operator(fields.path("operName"));
        if (fields.has("testexpr") && !fields.has("operName")) {
          equality();
        }
        reading.statement(fields.path("subselect"), scope);
      }
      case "CaseExpr" -> {
        if (fields.has("arg")) {
          equality();
        }
        children(fields, scope, part);
      }
      case "A_Indirection" -> {
        for (String name : Trees.name(fields.path("indirection"))) {
          if (!reading.calls.takesRow(name)) {
            reading.found.reference(Reference.Kind.FIELD, List.of(name));
          }
        }
        children(fields, scope, part);
      }
      case "SortBy" -> {
        all(fields.path("node"), scope, part);
        operator(fields.path("useOp"));
      }
      case "JsonArrayQueryConstructor" -> {
        reading.calls.builtin("json_array");
        reading.statement(fields.path("query"), scope);
        all(fields.path("output"), scope, part);
      }
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" ->
          reading.statement(node, scope);
      case "Constraint" -> {
        if (reading.tables.isNew()) {
          // What a new table's defaults and checks call is called when rows come.
          reading.found.later(
              () -> {
                all(fields.path("raw_expr"), scope, part);
                all(fields.path("where_clause"), scope, part);
                excluded(fields, scope, part);
              });
          all(fields.path("pktable"), scope, part);
        } else {
          children(fields, scope, part);
          excluded(fields, scope, part);
        }
      }
      case "VariableSetStmt" ->
          reading.found.later(() -> reading.commands.set(fields, Setting.Scope.FUNCTION));
      case "RangeVar" -> reading.found.use(Effect.REFERENCE, "relation", Trees.relation(fields));
      case "JsonFuncExpr" -> {
        String operation = Trees.text(fields, "op").toLowerCase(Locale.ROOT);
        reading.calls.builtin(operation.replaceFirst("_op$", ""));
        children(fields, scope, part);
      }
      default -> {
        reading.calls.builtin(NodeTypes.BUILTINS.get(type));
        if (!NodeTypes.CONTAINERS.contains(type)) {
          reading.found.gap(Gap.Reason.UNKNOWN, type);
        }
        children(fields, scope, part);
      }
    }
  }

  /** A node in a place with one type: what it is shows by its fields. */
  private void untyped(JsonNode fields, Scope scope, Part part) {
    if (fields.has("relname")) {
      reading.found.use(Effect.REFERENCE, "relation", Trees.relation(fields));
    } else if (fields.has("names")) {
      type(fields, scope);
    } else if (fields.has("funcname")) {
      reading.calls.call(fields, scope, part);
    } else if (fields.has("collname")) {
      reading.found.reference(Reference.Kind.COLLATION, Trees.name(fields.path("collname")));
      all(fields.path("arg"), scope, part);
    } else {
      children(fields, scope, part);
    }
  }

  private void type(JsonNode fields, Scope scope) {
    List<String> name = Trees.name(fields.path("names"));
    if (Trees.is(fields, "pct_type")) {
      reading.found.use(
          Effect.REFERENCE, "relation", name.subList(0, Math.max(1, name.size() - 1)));
    } else {
      reading.found.reference(Reference.Kind.TYPE, name);
    }
    all(fields.path("typmods"), scope, Part.PREDICATE);
  }

  /** EXCLUDE: what is compared, and the operator. */
  private void excluded(JsonNode constraint, Scope scope, Part part) {
    for (JsonNode pair : constraint.path("exclusions")) {
      JsonNode items = Trees.fields(pair).path("items");
      all(items.path(0), scope, part);
      operator(items.path(1));
    }
  }

  /**
   * What the grammar compares without an operator being written: CASE a WHEN b, a IN (SELECT b).
   */
  void equality() {
    reading.found.reference(Reference.Kind.OPERATOR, List.of("="));
  }

  private void compared(JsonNode fields) {
    String kind = Trees.text(fields, "kind");
    if (kind.contains("BETWEEN")) {
      boolean not = kind.contains("NOT_BETWEEN");
      reading.found.reference(Reference.Kind.OPERATOR, List.of(not ? "<" : ">="));
      reading.found.reference(Reference.Kind.OPERATOR, List.of(not ? ">" : "<="));
    } else {
      operator(fields.path("name"));
    }
  }

  private void column(JsonNode fields, Scope scope, Part part) {
    int last = fields.size() - 1;
    boolean star = "A_Star".equals(Trees.type(fields.get(last)));
    List<String> names = Trees.name(fields);
    if (star && names.isEmpty()) {
      scope.own().forEach(item -> whole(item, part));
    } else if (star) {
      qualified(names, "*", scope, part);
    } else if (last == 0) {
      alone(names.get(0), scope, part);
    } else {
      qualified(names.subList(0, last), names.get(last), scope, part);
    }
  }

  private void whole(Scope.Item item, Part part) {
    item.relations()
        .forEach(relation -> reading.found.column(List.of(relation), !uncertain, "*", part));
  }

  /** A name alone: a column of any visible item, or a whole row of the item so called. */
  private void alone(String name, Scope scope, Part part) {
    Scope.Item row = scope.item(name);
    if (row != null) {
      row.relations()
          .forEach(relation -> reading.found.column(List.of(relation), false, "*", part));
    }
    List<Scope.Item> visible = scope.visible();
    boolean renamed = visible.stream().anyMatch(Scope.Item::renamed);
    boolean certain =
        row == null
            && !scope.variables()
            && !uncertain
            && visible.stream().allMatch(Scope.Item::plain);
    reading.found.column(scope.relations(), certain, name, part);
    if (renamed) {
      visible.stream()
          .filter(Scope.Item::renamed)
          .forEach(
              item ->
                  item.relations()
                      .forEach(
                          relation -> reading.found.column(List.of(relation), false, "*", part)));
    }
  }

  /** {@code alias.column}, or {@code schema.table.column} of an item that has no alias. */
  private void qualified(List<String> qualifier, String name, Scope scope, Part part) {
    Scope.Item item = scope.item(qualifier.get(qualifier.size() - 1));
    if (item == null) {
      if (scope.relations().isEmpty()) {
        reading.found.reference(Reference.Kind.FIELD, List.of(name));
      }
      reading.found.column(scope.relations(), false, name, part);
      // A row's field may be meant, of a column that is called like the qualifier.
      if (qualifier.size() == 1) {
        reading.found.column(scope.relations(), false, qualifier.get(0), part);
      }
      return;
    }
    boolean row = reading.calls.takesRow(name);
    if (!row && item.relations().isEmpty()) {
      reading.found.reference(Reference.Kind.FIELD, List.of(name));
    }
    if (row) {
      item.relations()
          .forEach(relation -> reading.found.column(List.of(relation), false, "*", part));
    }
    boolean certain = item.plain() && qualifier.size() == 1 && !uncertain && !row;
    String column = item.renamed() ? "*" : name;
    if (item.plain()) {
      reading.found.column(item.relations(), certain, column, part);
    } else {
      for (List<String> relation : item.relations()) {
        reading.found.column(List.of(relation), false, column, part);
      }
    }
  }
}
