package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import java.util.ArrayList;
import java.util.List;

/** Definitions of tables, views, sequences, indexes, and what hangs on a table. */
final class TableReader {

  private static final String TABLE = "table";

  private final Reading reading;
  private boolean isNew;

  TableReader(Reading reading) {
    this.reading = reading;
  }

  /** Whether {@code type} is one of them, and has been read. */
  boolean read(String type, JsonNode fields) {
    Scope nothing = Scope.top(false);
    switch (type) {
      case "CreateStmt" -> create(fields, TABLE);
      case "CreateForeignTableStmt" -> create(fields.path("base"), "foreign table");
      case "CreateTableAsStmt" -> {
        into(fields.path("into"), Trees.kind(Trees.text(fields, "objtype")));
        reading.statement(fields.path("query"), nothing);
      }
      case "ViewStmt" -> {
        reading.found.use(Effect.CREATE, "view", Trees.relation(fields.path("view")));
        reading.found.later(() -> reading.statement(fields.path("query"), nothing));
      }
      case "AlterTableStmt" -> alter(fields);
      case "IndexStmt" -> index(fields);
      case "CreateSeqStmt", "AlterSeqStmt" -> {
        boolean create = type.equals("CreateSeqStmt");
        List<String> name = Trees.relation(fields.path("sequence"));
        reading.found.use(create ? Effect.CREATE : Effect.ALTER, "sequence", name);
        JsonNode owner = Options.last(fields.path("options"), "owned_by");
        List<String> column = Trees.name(owner);
        if (column.size() > 1) {
          reading.found.use(Effect.REFERENCE, "relation", column.subList(0, column.size() - 1));
        }
      }
      case "CreateStatsStmt" -> statistics(fields);
      case "RenameStmt" -> rename(fields);
      case "RuleStmt" -> rule(fields);
      case "CreateTrigStmt" -> trigger(fields);
      case "CreatePolicyStmt" -> policy(Effect.CREATE, fields);
      case "AlterPolicyStmt" -> policy(Effect.ALTER, fields);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The table that SELECT INTO and CREATE TABLE AS make. */
  void into(JsonNode clause, String kind) {
    reading.found.constantsMatter();
    reading.found.use(Effect.CREATE, kind, Trees.relation(clause.path("rel")));
  }

  private void create(JsonNode create, String kind) {
    Scope nothing = Scope.top(false);
    reading.found.use(Effect.CREATE, kind, Trees.relation(create.path("relation")));
    for (JsonNode parent : create.path("inhRelations")) {
      reading.found.use(Effect.ALTER, TABLE, Trees.relation(Trees.fields(parent)));
    }
    isNew = true;
    for (String part : List.of("tableElts", "constraints", "partbound", "partspec", "ofTypename")) {
      reading.expressions.all(create.path(part), nothing, Part.PREDICATE);
    }
    isNew = false;
  }

  /** Whether what is being read defines a table that has no rows yet. */
  boolean isNew() {
    return isNew;
  }

  private Scope on(JsonNode relation) {
    Scope scope = Scope.top(false).inner();
    reading.from.named(relation, scope);
    return scope;
  }

  private void alter(JsonNode alter) {
    String kind = Trees.kind(Trees.text(alter, "objtype"));
    List<String> name = Trees.relation(alter.path("relation"));
    Scope scope = on(alter.path("relation"));
    reading.found.use(Effect.ALTER, kind, name);
    for (JsonNode item : alter.path("cmds")) {
      JsonNode command = Trees.fields(item);
      String subtype = Trees.text(command, "subtype");
      switch (subtype) {
        case "AT_DropColumn" -> reading.found.use(Effect.DROP, "column", part(name, command));
        case "AT_DropConstraint" ->
            reading.found.use(Effect.DROP, "constraint", part(name, command));
        case "AT_ChangeOwner",
            "AT_EnableRowSecurity",
            "AT_DisableRowSecurity",
            "AT_ForceRowSecurity",
            "AT_NoForceRowSecurity" ->
            reading.found.use(Effect.GRANT, kind, name);
        default -> {
          // It is an ALTER, and its parts are read below.
        }
      }
      JsonNode definition = command.path("def");
      if ("PartitionCmd".equals(Trees.type(definition))) {
        JsonNode partition = Trees.fields(definition).path("name");
        if (partition.has("relname")) {
          reading.found.use(Effect.ALTER, kind, Trees.relation(partition));
        }
        reading.expressions.all(Trees.fields(definition).path("bound"), scope, Part.PREDICATE);
      } else if ("RangeVar".equals(Trees.type(definition))) {
        reading.found.use(Effect.ALTER, TABLE, Trees.relation(Trees.fields(definition)));
      } else {
        reading.expressions.all(definition, scope, Part.PREDICATE);
      }
    }
  }

  private static List<String> part(List<String> name, JsonNode command) {
    List<String> parts = new ArrayList<>(name);
    parts.add(Trees.text(command, "name"));
    return parts;
  }

  private void index(JsonNode index) {
    List<String> table = Trees.relation(index.path("relation"));
    Scope scope = on(index.path("relation"));
    List<String> name = new ArrayList<>(table.subList(0, table.size() - 1));
    if (index.has("idxname")) {
      name.add(Trees.text(index, "idxname"));
    } else {
      name.clear();
    }
    reading.found.use(Effect.CREATE, "index", name);
    reading.found.use(Effect.ALTER, "relation", table);
    for (String part : List.of("indexParams", "indexIncludingParams")) {
      reading.expressions.columnNames(index.path(part), table, scope, Part.PREDICATE);
    }
    reading.expressions.all(index.path("whereClause"), scope, Part.PREDICATE);
  }

  private void statistics(JsonNode statistics) {
    reading.found.use(Effect.CREATE, "statistics", Trees.name(statistics.path("defnames")));
    Scope scope = Scope.top(false).inner();
    for (JsonNode item : statistics.path("relations")) {
      if ("RangeVar".equals(Trees.type(item))) {
        JsonNode relation = Trees.fields(item);
        reading.found.use(Effect.ALTER, "relation", Trees.relation(relation));
        reading.from.named(relation, scope);
      } else {
        // The grammar takes any item of FROM here; the server then refuses all but tables.
        reading.from.item(item, scope, scope);
      }
    }
    reading.expressions.all(statistics.path("exprs"), scope, Part.PREDICATE);
  }

  private void rename(JsonNode rename) {
    String kind = Trees.kind(Trees.text(rename, "renameType"));
    List<String> name = new ArrayList<>();
    if (rename.has("relation")) {
      name.addAll(Trees.relation(rename.path("relation")));
    } else {
      name.addAll(Trees.name(rename.path("object")));
    }
    if (rename.has("relation") && rename.has("subname")) {
      reading.found.use(Effect.ALTER, "relation", name);
    }
    if (rename.has("subname")) {
      name.add(Trees.text(rename, "subname"));
    }
    reading.found.use(Effect.ALTER, kind, name);
    if (kind.equals("role")) {
      reading.found.use(Effect.ROLE, kind, name);
    } else if (DefinitionReader.OF_THE_SERVER.contains(kind)) {
      reading.found.use(Effect.SYSTEM, kind, name);
    }
  }

  private void rule(JsonNode rule) {
    List<String> table = Trees.relation(rule.path("relation"));
    reading.found.use(Effect.ALTER, "relation", table);
    reading.found.use(Effect.CREATE, "rule", inside(table, Trees.text(rule, "rulename")));
    Scope scope = Scope.top(false).inner();
    Scope.Item item = new Scope.Item(List.of(table), true, false);
    scope.add("old", item);
    scope.add("new", item);
    reading.found.later(
        () -> {
          reading.expressions.all(rule.path("whereClause"), scope, Part.PREDICATE);
          rule.path("actions").forEach(action -> reading.statement(action, scope));
        });
  }

  private void trigger(JsonNode trigger) {
    List<String> table = Trees.relation(trigger.path("relation"));
    reading.found.use(Effect.ALTER, "relation", table);
    reading.found.use(Effect.CREATE, "trigger", inside(table, Trees.text(trigger, "trigname")));
    if (trigger.has("constrrel")) {
      reading.found.use(Effect.REFERENCE, "relation", Trees.relation(trigger.path("constrrel")));
    }
    Scope scope = Scope.top(false).inner();
    Scope.Item item = new Scope.Item(List.of(table), true, false);
    scope.add("old", item);
    scope.add("new", item);
    reading.found.later(
        () -> {
          reading.found.reference(Reference.Kind.FUNCTION, Trees.name(trigger.path("funcname")));
          reading.expressions.all(trigger.path("whenClause"), scope, Part.PREDICATE);
        });
  }

  private void policy(Effect effect, JsonNode policy) {
    List<String> table = Trees.relation(policy.path("table"));
    reading.found.use(Effect.ALTER, "relation", table);
    reading.found.use(effect, "policy", inside(table, Trees.text(policy, "policy_name")));
    reading.found.use(Effect.GRANT, "relation", table);
    Scope scope = on(policy.path("table"));
    reading.found.later(
        () -> {
          reading.expressions.all(policy.path("qual"), scope, Part.PREDICATE);
          reading.expressions.all(policy.path("with_check"), scope, Part.PREDICATE);
        });
  }

  private static List<String> inside(List<String> table, String name) {
    List<String> parts = new ArrayList<>(table);
    parts.add(name);
    return parts;
  }
}
