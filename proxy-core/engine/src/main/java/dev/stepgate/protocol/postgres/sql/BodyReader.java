package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.protocol.postgres.sql.grammar.SyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Code within a statement: DO, and what CREATE FUNCTION will run later. */
final class BodyReader {

  private final Reading reading;
  private final PlpgsqlReader plpgsql;

  BodyReader(Reading reading) {
    this.reading = reading;
    plpgsql = new PlpgsqlReader(reading);
  }

  /** DO: its body runs now. */
  void block(JsonNode block) {
    reading.found.use(Effect.DO);
    String language = Trees.last(Options.last(block.path("args"), "language"));
    if (language.isEmpty() || language.equals("plpgsql")) {
      plpgsql(Trees.last(Options.last(block.path("args"), "as")));
    } else {
      reading.found.gap(Gap.Reason.CODE, "a block in " + language);
    }
  }

  /** CREATE FUNCTION and CREATE PROCEDURE: the body runs when it is called. */
  void function(JsonNode function) {
    boolean procedure = Trees.is(function, "is_procedure");
    List<String> name = Trees.name(function.path("funcname"));
    reading.found.use(Effect.CREATE, procedure ? "procedure" : "function", name);
    Scope scope = Scope.top(true);
    reading.expressions.all(function.path("parameters"), scope, Part.OUTPUT);
    reading.expressions.all(function.path("returnType"), scope, Part.OUTPUT);
    JsonNode options = function.path("options");
    for (JsonNode item : options) {
      JsonNode option = Trees.fields(item);
      if (Trees.text(option, "defname").equals("set")) {
        JsonNode set = Trees.fields(option.path("arg"));
        reading.found.later(() -> reading.commands.set(set, Setting.Scope.FUNCTION));
      }
    }
    reading.found.later(() -> laterBody(function, options));
  }

  private void laterBody(JsonNode function, JsonNode options) {
    if (function.has("sql_body")) {
      atomic(function.path("sql_body"));
      return;
    }
    String language = Trees.last(Options.last(options, "language"));
    JsonNode as = Options.last(options, "as");
    switch (language) {
      case "plpgsql" -> plpgsql(Trees.last(as));
      case "sql" -> reading.body(Trees.last(as), () -> sql(Trees.last(as)));
      default -> {
        reading.found.use(Effect.SYSTEM);
        reading.found.gap(Gap.Reason.CODE, "a function in " + language);
      }
    }
  }

  private void atomic(JsonNode body) {
    if ("List".equals(Trees.type(body))) {
      Trees.fields(body).path("items").forEach(this::atomic);
    } else if (body.isObject() && !body.isEmpty()) {
      reading.statement(body, Scope.top(true));
    }
  }

  private void plpgsql(String body) {
    reading.body(
        body,
        () -> {
          try {
            JsonNode bodies = StatementReader.tree(reading.grammar.plpgsql(reading.text()));
            if (bodies.path("plpgsql_funcs").isEmpty()) {
              reading.found.gap(Gap.Reason.CODE, "a body in plpgsql is not found");
            }
            // Where a column wins, a name is a variable only if there is no such column.
            boolean told = !body.contains("use_column");
            reading.declared(told ? variables(bodies) : Set.of());
            plpgsql.read(bodies);
            if (Records.haveDefaults(bodies, body)) {
              reading.found.gap(Gap.Reason.UNKNOWN, "a record begins with a value");
            }
          } catch (SyntaxException | IOException e) {
            reading.found.gap(Gap.Reason.SYNTAX, "a body in plpgsql is not understood");
          }
        });
  }

  private static Set<String> variables(JsonNode bodies) {
    Set<String> names = new HashSet<>();
    for (String kind : List.of("PLpgSQL_var", "PLpgSQL_rec")) {
      bodies.findValues(kind).forEach(variable -> names.add(Trees.text(variable, "refname")));
    }
    return names;
  }

  /** Statements in a body, where names may also be parameters. */
  void sql(String text) {
    if (!reading.texts.mayBeParsed()) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonNode statements;
    try {
      statements = StatementReader.tree(reading.grammar.parse(bytes)).path("stmts");
    } catch (SyntaxException | IOException e) {
      reading.found.gap(Gap.Reason.SYNTAX, "a statement in a body is not understood");
      return;
    }
    for (JsonNode statement : statements) {
      reading.within(
          StatementReader.slice(bytes, statement),
          () -> reading.statement(statement.path("stmt"), Scope.top(true)));
    }
  }
}
