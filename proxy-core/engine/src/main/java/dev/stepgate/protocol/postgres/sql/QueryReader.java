package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Where;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** SELECT, VALUES, INSERT, UPDATE, DELETE and MERGE, at the top or nested. */
final class QueryReader {

  private static final String RELATION = "relation";

  private final Reading reading;

  QueryReader(Reading reading) {
    this.reading = reading;
  }

  /** Whether {@code type} is one of them, and has been read. */
  boolean read(String type, JsonNode fields, Scope scope) {
    switch (type) {
      case "SelectStmt" -> select(fields, scope);
      case "InsertStmt" -> insert(fields, scope);
      case "UpdateStmt" -> update(fields, scope);
      case "DeleteStmt" -> delete(fields, scope);
      case "MergeStmt" -> merge(fields, scope);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A SELECT with its set operations; each side of one has a FROM of its own. */
  void select(JsonNode query, Scope outer) {
    Scope with = with(query, outer);
    if (query.has("larg")) {
      select(query.path("larg"), with);
      select(query.path("rarg"), with);
      Scope nothing = with.inner();
      reading.expressions.all(query.path("sortClause"), nothing, Part.PREDICATE);
      limits(query, nothing);
      return;
    }
    Scope scope = with.inner();
    reading.from.items(query.path("fromClause"), scope, with);
    if (query.has("intoClause")) {
      reading.tables.into(query.path("intoClause"), "table");
    }
    ExpressionReader expressions = reading.expressions;
    expressions.all(query.path("targetList"), scope, Part.OUTPUT);
    expressions.all(query.path("valuesLists"), scope, Part.OUTPUT);
    expressions.all(query.path("whereClause"), scope, Part.PREDICATE);
    expressions.all(query.path("havingClause"), scope, Part.PREDICATE);
    expressions.all(query.path("windowClause"), scope, Part.PREDICATE);
    OutputNames outputs = new OutputNames(query.path("targetList"));
    query.path("groupClause").forEach(item -> grouped(item, scope, outputs));
    query.path("distinctClause").forEach(item -> grouped(item, scope, outputs));
    query.path("sortClause").forEach(item -> sorted(item, scope, outputs));
    limits(query, scope);
    if (query.has("lockingClause")) {
      query.path("lockingClause").forEach(clause -> lock(query, Trees.fields(clause), with));
    }
  }

  private void limits(JsonNode query, Scope scope) {
    reading.expressions.all(query.path("limitOffset"), scope, Part.PREDICATE);
    reading.expressions.all(query.path("limitCount"), scope, Part.PREDICATE);
  }

  /** An item of ORDER BY that is an output's name alone is that output and no column. */
  private void sorted(JsonNode item, Scope scope, OutputNames outputs) {
    JsonNode by = Trees.fields(item);
    JsonNode node = by.path("node");
    switch (outputs.of(node)) {
      case OUTPUT -> {
        // What the output is made of has been read where it stands.
      }
      case EITHER -> reading.expressions.uncertain(node, scope, Part.PREDICATE);
      case NONE -> reading.expressions.all(node, scope, Part.PREDICATE);
    }
    reading.expressions.operator(by.path("useOp"));
  }

  private void grouped(JsonNode item, Scope scope, OutputNames outputs) {
    boolean set = "GroupingSet".equals(Trees.type(item));
    if (outputs.of(item) == OutputNames.Meaning.NONE && !set) {
      reading.expressions.all(item, scope, Part.PREDICATE);
    } else {
      reading.expressions.uncertain(item, scope, Part.PREDICATE);
    }
  }

  /** FOR UPDATE and its kin: of the items named, else of all, those within subqueries too. */
  private void lock(JsonNode query, JsonNode clause, Scope with) {
    Set<String> named = new HashSet<>();
    clause.path("lockedRels").forEach(item -> named.add(Trees.text(Trees.fields(item), "relname")));
    reading
        .from
        .lockable(query.path("fromClause"), with, named)
        .forEach(relation -> reading.found.use(Effect.LOCK_ROWS, RELATION, relation));
  }

  /** The scope in which a statement's WITH queries are visible; reads them. */
  private Scope with(JsonNode statement, Scope outer) {
    Scope scope = outer.inner();
    JsonNode clause = statement.path("withClause");
    boolean recursive = Trees.is(clause, "recursive");
    if (recursive) {
      clause
          .path("ctes")
          .forEach(item -> scope.addQuery(Trees.text(Trees.fields(item), "ctename")));
    }
    for (JsonNode item : clause.path("ctes")) {
      JsonNode query = Trees.fields(item);
      reading.statement(query.path("ctequery"), scope.inner());
      reading.expressions.children(query.path("cycle_clause"), scope, Part.PREDICATE);
      scope.addQuery(Trees.text(query, "ctename"));
    }
    return scope;
  }

  private void insert(JsonNode insert, Scope outer) {
    Scope with = with(insert, outer);
    List<String> target = Trees.relation(insert.path("relation"));
    reading.found.use(Effect.INSERT, RELATION, target);
    written(target, insert.path("cols"), with);
    if (insert.has("selectStmt")) {
      reading.statement(insert.path("selectStmt"), with);
    }
    Scope scope = with.inner();
    target(insert.path("relation"), scope);
    JsonNode conflict = insert.path("onConflictClause");
    reading.expressions.columnNames(
        conflict.path("infer").path("indexElems"), target, scope, Part.PREDICATE);
    reading.expressions.all(conflict.path("infer").path("whereClause"), scope, Part.PREDICATE);
    if (Trees.text(conflict, "action").equals("ONCONFLICT_UPDATE")) {
      scope.add("excluded", Scope.Item.OPAQUE);
      reading.found.use(Effect.UPDATE, RELATION, target, Where.PRESENT);
      assigned(target, conflict.path("targetList"), scope);
      reading.expressions.all(conflict.path("whereClause"), scope, Part.PREDICATE);
    }
    returning(insert, target, scope);
  }

  private void update(JsonNode update, Scope outer) {
    Scope with = with(update, outer);
    List<String> target = Trees.relation(update.path("relation"));
    Scope scope = with.inner();
    target(update.path("relation"), scope);
    reading.from.items(update.path("fromClause"), scope, with);
    reading.found.use(Effect.UPDATE, RELATION, target, where(update.path("whereClause"), update));
    assigned(target, update.path("targetList"), scope);
    reading.expressions.all(update.path("whereClause"), scope, Part.PREDICATE);
    returning(update, target, scope);
  }

  private void delete(JsonNode delete, Scope outer) {
    Scope with = with(delete, outer);
    List<String> target = Trees.relation(delete.path("relation"));
    Scope scope = with.inner();
    target(delete.path("relation"), scope);
    reading.from.items(delete.path("usingClause"), scope, with);
    reading.found.use(Effect.DELETE, RELATION, target, where(delete.path("whereClause"), delete));
    reading.expressions.all(delete.path("whereClause"), scope, Part.PREDICATE);
    returning(delete, target, scope);
  }

  private void merge(JsonNode merge, Scope outer) {
    Scope with = with(merge, outer);
    List<String> target = Trees.relation(merge.path("relation"));
    Scope scope = with.inner();
    target(merge.path("relation"), scope);
    reading.from.item(merge.path("sourceRelation"), scope, with);
    Where joined = where(merge.path("joinCondition"), merge);
    reading.found.use(Effect.MERGE, RELATION, target, joined);
    reading.expressions.all(merge.path("joinCondition"), scope, Part.PREDICATE);
    for (JsonNode item : merge.path("mergeWhenClauses")) {
      JsonNode when = Trees.fields(item);
      reading.expressions.all(when.path("condition"), scope, Part.PREDICATE);
      boolean unmatched = Trees.text(when, "matchKind").endsWith("NOT_MATCHED_BY_SOURCE");
      Where where = unmatched ? where(when.path("condition"), merge) : joined;
      switch (Trees.text(when, "commandType")) {
        case "CMD_INSERT" -> {
          reading.found.use(Effect.INSERT, RELATION, target);
          written(target, when.path("targetList"), scope);
          reading.expressions.all(when.path("values"), scope, Part.OUTPUT);
        }
        case "CMD_UPDATE" -> {
          reading.found.use(Effect.UPDATE, RELATION, target, where);
          assigned(target, when.path("targetList"), scope);
        }
        case "CMD_DELETE" -> reading.found.use(Effect.DELETE, RELATION, target, where);
        default -> {
          // DO NOTHING does nothing.
        }
      }
    }
    returning(merge, target, scope);
  }

  /** The target of a statement that writes is never a WITH query, whatever it is called. */
  private void target(JsonNode relation, Scope scope) {
    reading.from.named(relation, scope);
  }

  private void written(List<String> target, JsonNode columns, Scope scope) {
    if (columns.isEmpty()) {
      reading.found.column(List.of(target), true, "*", Part.WRITTEN);
    }
    for (JsonNode column : columns) {
      JsonNode fields = Trees.fields(column);
      reading.found.column(List.of(target), true, Trees.text(fields, "name"), Part.WRITTEN);
      reading.expressions.all(fields.path("indirection"), scope, Part.OUTPUT);
    }
  }

  private void assigned(List<String> target, JsonNode assignments, Scope scope) {
    written(target, assignments, scope);
    assignments.forEach(
        assignment ->
            reading.expressions.all(Trees.fields(assignment).path("val"), scope, Part.OUTPUT));
  }

  private void returning(JsonNode statement, List<String> target, Scope scope) {
    JsonNode clause = statement.path("returningClause");
    if (clause.isMissingNode()) {
      return;
    }
    reading.found.use(Effect.SELECT, RELATION, target);
    Scope.Item own = new Scope.Item(List.of(target), true, false);
    Scope named = scope.inner();
    for (String word : List.of("old", "new")) {
      if (scope.item(word) == null) {
        named.add(word, own);
      }
    }
    for (JsonNode option : clause.path("options")) {
      named.add(Trees.text(Trees.fields(option), "value"), own);
    }
    reading.expressions.returned(clause.path("exprs"), scope, named);
  }

  private Where where(JsonNode clause, JsonNode statement) {
    if (clause.isMissingNode()) {
      return Where.MISSING;
    }
    String target = FromReader.alias(statement.path("relation"));
    return chooses(clause, target) ? Where.PRESENT : Where.CONSTANT;
  }

  /** Whether a column may be the target's: it is not another item's, nor a variable. */
  private boolean chooses(JsonNode node, String target) {
    String type = Trees.type(node);
    if ("CurrentOfExpr".equals(type)) {
      return true;
    }
    if ("ColumnRef".equals(type)) {
      List<String> names = Trees.name(Trees.fields(node).path("fields"));
      boolean star = names.size() < Trees.fields(node).path("fields").size();
      int qualifier = names.size() - (star ? 1 : 2);
      return qualifier < 0
          ? star || !reading.isVariable(names.get(0))
          : names.get(qualifier).equals(target);
    }
    for (JsonNode child : node) {
      if (child.isContainerNode() && chooses(child, target)) {
        return true;
      }
    }
    return false;
  }
}
