package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Commands of the session and on data: SET, COPY, EXPLAIN, PREPARE, LOCK, transactions, … */
final class CommandReader {

  private static final String RELATION = "relation";

  /** Whose setting makes the session act as somebody else. */
  private static final Set<String> IDENTITIES = Set.of("role", "session_authorization");

  /** Lists of names, each of which PostgreSQL keeps as it was given (GUC_LIST_QUOTE). */
  private static final Set<String> NAME_LISTS =
      Set.of(
          "search_path",
          "temp_tablespaces",
          "local_preload_libraries",
          "session_preload_libraries",
          "shared_preload_libraries");

  /** These carry no constant that says what they do. */
  private static final Set<String> WITHOUT_CONSTANTS =
      Set.of(
          "TransactionStmt",
          "DeclareCursorStmt",
          "FetchStmt",
          "ExecuteStmt",
          "CallStmt",
          "PrepareStmt",
          "LockStmt",
          "TruncateStmt");

  private final Reading reading;

  CommandReader(Reading reading) {
    this.reading = reading;
  }

  /** Whether {@code type} is one of them, and has been read. */
  boolean read(String type, JsonNode fields, Scope scope) {
    if (!WITHOUT_CONSTANTS.contains(type)) {
      reading.found.constantsMatter();
    }
    Collected found = reading.found;
    switch (type) {
      case "VariableSetStmt" -> set(fields, sessionOr(fields));
      case "VariableShowStmt" ->
          found.use(Effect.SHOW, "setting", List.of(lower(Trees.text(fields, "name"))));
      case "TransactionStmt" -> {
        found.use(Effect.TRANSACTION);
        properties(fields.path("options"), "", Setting.Scope.TRANSACTION);
      }
      case "ExplainStmt" -> explain(fields, scope);
      case "PrepareStmt" -> {
        found.use(Effect.PREPARE, "prepared statement", named(fields, "name"));
        reading.expressions.all(fields.path("argtypes"), scope, Part.OUTPUT);
        found.later(() -> reading.statement(fields.path("query"), scope));
      }
      case "ExecuteStmt" -> {
        found.use(Effect.EXECUTE, "prepared statement", named(fields, "name"));
        found.gap(Gap.Reason.PREPARED, "what was prepared earlier is run");
        reading.expressions.all(fields.path("params"), scope, Part.OUTPUT);
      }
      case "DeallocateStmt" ->
          found.use(Effect.RELEASE, "prepared statement", named(fields, "name"));
      case "DeclareCursorStmt" -> {
        found.use(Effect.DECLARE, "cursor", named(fields, "portalname"));
        reading.statement(fields.path("query"), scope);
      }
      case "FetchStmt" -> found.use(Effect.FETCH, "cursor", named(fields, "portalname"));
      case "ClosePortalStmt" -> found.use(Effect.RELEASE, "cursor", named(fields, "portalname"));
      case "ListenStmt", "UnlistenStmt" ->
          found.use(Effect.LISTEN, "channel", named(fields, "conditionname"));
      case "NotifyStmt" -> found.use(Effect.NOTIFY, "channel", named(fields, "conditionname"));
      case "DiscardStmt" -> {
        found.use(Effect.RELEASE);
        if (Trees.text(fields, "target").equals("DISCARD_ALL")) {
          found.setting("*", null, Setting.Scope.SESSION);
          found.setting("session_authorization", null, Setting.Scope.SESSION);
        }
      }
      case "ConstraintsSetStmt" -> found.use(Effect.SET);
      case "LockStmt" -> each(Effect.LOCK, RELATION, fields.path("relations"));
      case "TruncateStmt" -> each(Effect.TRUNCATE, "table", fields.path("relations"));
      case "CopyStmt" -> copy(fields, scope);
      case "DoStmt" -> reading.bodies.block(fields);
      case "CallStmt" -> call(fields, scope);
      case "LoadStmt" -> found.use(Effect.SYSTEM, "library", List.of());
      case "CheckPointStmt" -> found.use(Effect.SYSTEM);
      default -> {
        return maintenance(type, fields, scope);
      }
    }
    return true;
  }

  private boolean maintenance(String type, JsonNode fields, Scope scope) {
    switch (type) {
      case "VacuumStmt" -> {
        if (!fields.has("rels")) {
          reading.found.use(Effect.MAINTAIN);
        }
        for (JsonNode item : fields.path("rels")) {
          JsonNode relation = Trees.fields(item).path("relation");
          reading.found.use(Effect.MAINTAIN, RELATION, Trees.relation(relation));
        }
      }
      case "ClusterStmt", "RefreshMatViewStmt" -> maintain(fields, RELATION);
      case "ReindexStmt" ->
          maintain(
              fields,
              switch (Trees.text(fields, "kind")) {
                case "REINDEX_OBJECT_INDEX" -> "index";
                case "REINDEX_OBJECT_SCHEMA" -> "schema";
                case "REINDEX_OBJECT_TABLE" -> RELATION;
                default -> "database";
              });
      case "AlterSystemStmt" -> {
        reading.found.use(Effect.SYSTEM);
        set(fields.path("setstmt"), Setting.Scope.SYSTEM);
      }
      case "AlterDatabaseSetStmt" -> {
        reading.found.use(Effect.ALTER, "database", named(fields, "dbname"));
        reading.found.use(Effect.SYSTEM);
        set(fields.path("setstmt"), Setting.Scope.DATABASE);
      }
      case "AlterRoleSetStmt" -> {
        JsonNode role = fields.path("role");
        List<String> name = role.isMissingNode() ? List.of() : List.of(Trees.role(role));
        reading.found.use(Effect.ALTER, "role", name);
        reading.found.use(Effect.ROLE, "role", name);
        set(fields.path("setstmt"), Setting.Scope.ROLE);
      }
      case "ReturnStmt" -> reading.expressions.all(fields.path("returnval"), scope, Part.OUTPUT);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void maintain(JsonNode fields, String kind) {
    JsonNode relation = fields.path("relation");
    List<String> name = relation.isMissingNode() ? named(fields, "name") : Trees.relation(relation);
    reading.found.use(Effect.MAINTAIN, name.isEmpty() ? "" : kind, name);
  }

  private void each(Effect effect, String kind, JsonNode relations) {
    relations.forEach(item -> reading.found.use(effect, kind, Trees.relation(Trees.fields(item))));
  }

  private static List<String> named(JsonNode fields, String field) {
    return fields.has(field) ? List.of(Trees.text(fields, field)) : List.of();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static Setting.Scope sessionOr(JsonNode set) {
    return Trees.is(set, "is_local") ? Setting.Scope.TRANSACTION : Setting.Scope.SESSION;
  }

  /** SET and RESET, also as parts of other commands. */
  void set(JsonNode set, Setting.Scope scope) {
    String name = lower(Trees.text(set, "name"));
    switch (Trees.text(set, "kind")) {
      case "VAR_RESET_ALL" -> setting("*", null, scope);
      case "VAR_SET_MULTI" -> {
        reading.found.use(Effect.TRANSACTION);
        if (name.equals("session characteristics")) {
          properties(set.path("args"), "default_", scope);
        } else {
          properties(set.path("args"), "", Setting.Scope.TRANSACTION);
        }
      }
      case "VAR_SET_VALUE" -> {
        String value = values(set.path("args"), NAME_LISTS.contains(name));
        if (reading.isInBody() && value.indexOf('\\') >= 0) {
          setting(name, null, scope);
          reading.found.gap(Gap.Reason.SETTING, "the value of " + name + " is told at run time");
        } else {
          setting(name, value, scope);
        }
      }
      case "VAR_SET_CURRENT" -> {
        setting(name, null, scope);
        reading.found.gap(Gap.Reason.SETTING, name + " is set to what it is at run time");
      }
      default -> setting(name, null, scope);
    }
  }

  /** A transaction's properties are settings, which a session has defaults for. */
  private void properties(JsonNode options, String prefix, Setting.Scope scope) {
    for (JsonNode option : options) {
      // SET TRANSACTION SNAPSHOT names none.
      if ("DefElem".equals(Trees.type(option))) {
        String name = prefix + lower(Trees.text(Trees.fields(option), "defname"));
        if (prefix.isEmpty()) {
          reading.found.setting(name, null, scope);
        } else {
          setting(name, null, scope);
        }
      }
    }
  }

  /** A setting changes, by whatever means. */
  void setting(String name, String value, Setting.Scope scope) {
    boolean own = scope == Setting.Scope.SESSION || scope == Setting.Scope.TRANSACTION;
    if (own) {
      reading.found.use(
          IDENTITIES.contains(name) ? Effect.SESSION_IDENTITY : Effect.SET,
          "setting",
          List.of(name));
    }
    reading.found.setting(name, value, scope);
  }

  private static String values(JsonNode arguments, boolean names) {
    List<String> values = new ArrayList<>();
    for (JsonNode argument : arguments) {
      JsonNode constant = argument;
      if ("TypeCast".equals(Trees.type(constant))) {
        constant = Trees.fields(constant).path("arg");
      }
      JsonNode fields = Trees.type(constant) == null ? constant : Trees.fields(constant);
      String value = "";
      for (JsonNode kind : fields) {
        if (kind.isObject()) {
          value = kind.isEmpty() ? "0" : kind.elements().next().asText();
        }
      }
      values.add(names ? Identifiers.quoted(value) : value);
    }
    return String.join(", ", values);
  }

  private void explain(JsonNode explain, Scope scope) {
    boolean analyze = false;
    for (JsonNode item : explain.path("options")) {
      JsonNode option = Trees.fields(item);
      if (Trees.text(option, "defname").equals("analyze")) {
        analyze = !Options.isOff(option);
      }
    }
    reading.found.use(Effect.EXPLAIN);
    Runnable inner = () -> reading.statement(explain.path("query"), scope);
    if (analyze) {
      inner.run();
    } else {
      reading.found.explained(inner);
    }
  }

  private void call(JsonNode fields, Scope scope) {
    JsonNode called = fields.path("funccall");
    reading.found.use(Effect.CALL, "procedure", Trees.name(called.path("funcname")));
    reading.found.gap(Gap.Reason.CALL, "what a procedure does is not in the text");
    reading.calls.call(called, scope, Part.OUTPUT);
  }

  private void copy(JsonNode copy, Scope outer) {
    boolean in = Trees.is(copy, "is_from");
    List<String> relation =
        copy.has("relation") ? Trees.relation(copy.path("relation")) : List.of();
    String kind = relation.isEmpty() ? "" : RELATION;
    if (Trees.is(copy, "is_program")) {
      reading.found.use(Effect.COPY_PROGRAM, kind, relation);
    } else if (copy.has("filename")) {
      reading.found.use(Effect.COPY_FILE, kind, relation);
    } else {
      reading.found.use(in ? Effect.COPY_IN : Effect.COPY_OUT, kind, relation);
    }
    if (relation.isEmpty()) {
      reading.statement(copy.path("query"), outer);
      return;
    }
    reading.found.use(in ? Effect.INSERT : Effect.SELECT, RELATION, relation);
    Part part = in ? Part.WRITTEN : Part.OUTPUT;
    if (!copy.has("attlist")) {
      reading.found.column(List.of(relation), true, "*", part);
    }
    for (String column : Trees.name(copy.path("attlist"))) {
      reading.found.column(List.of(relation), true, column, part);
    }
    Scope scope = outer.inner();
    reading.from.named(copy.path("relation"), scope);
    reading.expressions.all(copy.path("whereClause"), scope, Part.PREDICATE);
  }
}
