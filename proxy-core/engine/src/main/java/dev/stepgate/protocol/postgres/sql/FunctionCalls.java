package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Calls of functions. What a function does is not in the text; but a few of PostgreSQL's own do
 * what a statement does, and say so by their arguments.
 */
final class FunctionCalls {

  /** They run, as SQL or as a path to a table, what they are given as text. */
  private static final Set<String> RUN_TEXT =
      Set.of(
          "query_to_xml",
          "query_to_xmlschema",
          "query_to_xml_and_xmlschema",
          "cursor_to_xml",
          "cursor_to_xmlschema",
          "table_to_xml",
          "table_to_xmlschema",
          "table_to_xml_and_xmlschema",
          "schema_to_xml",
          "schema_to_xmlschema",
          "schema_to_xml_and_xmlschema",
          "database_to_xml",
          "database_to_xmlschema",
          "database_to_xml_and_xmlschema",
          "ts_stat",
          "ts_rewrite",
          "dblink",
          "dblink_exec",
          "dblink_open",
          "dblink_send_query",
          "crosstab",
          "crosstab2",
          "crosstab3",
          "crosstab4",
          "crosstabn",
          "connectby",
          "dblink_build_sql_insert",
          "dblink_build_sql_update",
          "dblink_build_sql_delete",
          "pgrowlocks",
          "get_raw_page",
          "xpath_table");

  /** They take any row: {@code t.to_json} calls one with all of {@code t}. */
  private static final Set<String> OF_A_ROW =
      Set.of(
          "any_value",
          "array_agg",
          "concat",
          "hash_record",
          "json_agg",
          "json_agg_strict",
          "json_build_array",
          "json_build_object",
          "jsonb_agg",
          "jsonb_agg_strict",
          "jsonb_build_array",
          "jsonb_build_object",
          "max",
          "min",
          "quote_literal",
          "quote_nullable",
          "record_out",
          "record_send",
          "row_to_json",
          "to_json",
          "to_jsonb");

  /** They read or write files of the server's machine. */
  private static final Set<String> OF_FILES =
      Set.of(
          "lo_export",
          "lo_import",
          "pg_file_read",
          "pg_file_rename",
          "pg_file_sync",
          "pg_file_unlink",
          "pg_file_write",
          "pg_ls_dir",
          "pg_read_binary_file",
          "pg_read_file",
          "pg_stat_file");

  /** A cast to one of these leaves a text what it is. */
  private static final Set<List<String>> SAME_TEXT =
      Set.of(
          List.of("text"),
          List.of("pg_catalog", "text"),
          List.of("varchar"),
          List.of("pg_catalog", "varchar"),
          List.of("regclass"),
          List.of("pg_catalog", "regclass"));

  private final Reading reading;

  FunctionCalls(Reading reading) {
    this.reading = reading;
  }

  /** What newer grammars have words for, older servers call by that name. */
  void builtin(String name) {
    if (name != null) {
      reading.found.reference(Reference.Kind.FUNCTION, List.of(name));
    }
  }

  /** Whether {@code name}, written like a column, may call a function with the whole row. */
  boolean takesRow(String name) {
    if (!OF_A_ROW.contains(name)) {
      return false;
    }
    builtin(name);
    return true;
  }

  void call(JsonNode call, Scope scope, Part part) {
    List<String> name = Trees.name(call.path("funcname"));
    reading.found.reference(Reference.Kind.FUNCTION, name);
    JsonNode arguments = call.path("args");
    String last = name.isEmpty() ? "" : name.get(name.size() - 1);
    if (name.equals(List.of("pg_catalog", "json_object"))) {
      builtin(last);
    } else if (name.equals(List.of("pg_catalog", "system_user")) && arguments.isEmpty()) {
      // A word of PostgreSQL 16: before, a name as any other.
      reading.expressions.perhaps(last, scope, part);
    } else if (OF_FILES.contains(last)) {
      reading.found.use(Effect.COPY_FILE);
    } else if (last.equals("pg_notify")) {
      reading.found.constantsMatter();
      String channel = constant(arguments.path(0));
      reading.found.use(Effect.NOTIFY, "channel", channel == null ? List.of() : List.of(channel));
    }
    if (last.equals("set_config")) {
      set(arguments);
    } else if (last.equals("nextval") || last.equals("setval")) {
      reading.found.constantsMatter();
      reading.found.use(Effect.UPDATE, "sequence", Identifiers.parts(constant(arguments.path(0))));
    } else if (RUN_TEXT.contains(last) && !(last.equals("ts_rewrite") && arguments.size() == 3)) {
      reading.found.gap(Gap.Reason.DYNAMIC, "the function " + last + " runs what it is given");
    }
    reading.expressions.all(arguments, scope, part);
    reading.expressions.all(call.path("agg_order"), scope, Part.PREDICATE);
    reading.expressions.all(call.path("agg_filter"), scope, Part.PREDICATE);
    reading.expressions.all(call.path("over"), scope, Part.PREDICATE);
  }

  private void set(JsonNode arguments) {
    reading.found.constantsMatter();
    String setting = constant(arguments.path(0));
    String value = constant(arguments.path(1));
    boolean local = !isFalse(arguments.path(2));
    if (setting == null) {
      reading.found.use(Effect.SET);
      reading.found.use(Effect.SESSION_IDENTITY);
      reading.found.gap(Gap.Reason.SETTING, "the name of a setting is made at run time");
      return;
    }
    String name = setting.toLowerCase(Locale.ROOT);
    reading.commands.setting(
        name, value, local ? Setting.Scope.TRANSACTION : Setting.Scope.SESSION);
    if (value == null || arguments.size() != 3 || !isBoolean(arguments.path(2))) {
      reading.found.gap(Gap.Reason.SETTING, "the value of " + name + " is made at run time");
    }
  }

  /** The text of a constant that is the same at run time, with or without a cast, or null. */
  private String constant(JsonNode node) {
    JsonNode fields = Trees.type(node) == null ? node : Trees.fields(node);
    if ("TypeCast".equals(Trees.type(node))) {
      JsonNode type = fields.path("typeName");
      boolean same =
          SAME_TEXT.contains(Trees.name(type.path("names")))
              && !type.has("typmods")
              && !type.has("arrayBounds");
      return same ? constant(fields.path("arg")) : null;
    }
    JsonNode text = fields.path("sval");
    boolean told = "A_Const".equals(Trees.type(node)) && !text.isMissingNode();
    String value = told ? Trees.text(text, "sval") : null;
    return value != null && reading.isInBody() && value.indexOf('\\') >= 0 ? null : value;
  }

  private static boolean isBoolean(JsonNode node) {
    return "A_Const".equals(Trees.type(node)) && Trees.fields(node).has("boolval");
  }

  private static boolean isFalse(JsonNode node) {
    return isBoolean(node) && !Trees.is(Trees.fields(node).path("boolval"), "boolval");
  }
}
