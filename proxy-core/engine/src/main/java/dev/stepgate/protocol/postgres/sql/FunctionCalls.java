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
          "xpath_table");

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

  void call(JsonNode call, Scope scope, Part part) {
    List<String> name = Trees.name(call.path("funcname"));
    reading.found.reference(Reference.Kind.FUNCTION, name);
    JsonNode arguments = call.path("args");
    String last = name.isEmpty() ? "" : name.get(name.size() - 1);
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

  /** The text of a constant, with or without a cast, or null. */
  private static String constant(JsonNode node) {
    if ("TypeCast".equals(Trees.type(node))) {
      return constant(Trees.fields(node).path("arg"));
    }
    JsonNode text = "A_Const".equals(Trees.type(node)) ? Trees.fields(node).path("sval") : null;
    return text == null || text.isMissingNode() ? null : Trees.text(text, "sval");
  }

  private static boolean isBoolean(JsonNode node) {
    return "A_Const".equals(Trees.type(node)) && Trees.fields(node).has("boolval");
  }

  private static boolean isFalse(JsonNode node) {
    return isBoolean(node) && !Trees.is(Trees.fields(node).path("boolval"), "boolval");
  }
}
