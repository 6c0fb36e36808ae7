package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.protocol.postgres.sql.grammar.SyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A body in PL/pgSQL as libpg_query takes it apart. All its SQL stands in expressions as text, with
 * the way in which it is parsed (PostgreSQL's RawParseMode); what runs text made at run time is a
 * gap.
 */
final class PlpgsqlReader {

  /** The statements and their parts, whose own fields hold all they do. */
  private static final Set<String> KNOWN =
      Set.of(
          "function",
          "alias",
          "arrayelem",
          "case_when",
          "condition",
          "diag_item",
          "exception",
          "exception_block",
          "expr",
          "if_elsif",
          "nsitem",
          "raise_option",
          "rec",
          "recfield",
          "row",
          "stmt_assert",
          "stmt_assign",
          "stmt_block",
          "stmt_call",
          "stmt_case",
          "stmt_close",
          "stmt_commit",
          "stmt_dynexecute",
          "stmt_dynfors",
          "stmt_execsql",
          "stmt_exit",
          "stmt_fetch",
          "stmt_forc",
          "stmt_foreach_a",
          "stmt_fori",
          "stmt_fors",
          "stmt_getdiag",
          "stmt_if",
          "stmt_loop",
          "stmt_open",
          "stmt_perform",
          "stmt_raise",
          "stmt_return",
          "stmt_return_next",
          "stmt_return_query",
          "stmt_rollback",
          "stmt_while",
          "type",
          "var",
          "variable");

  private static final String PREFIX = "PLpgSQL_";
  private static final String CURSOR = "cursor";

  private final Reading reading;

  PlpgsqlReader(Reading reading) {
    this.reading = reading;
  }

  void read(JsonNode node) {
    if (node.isArray()) {
      node.forEach(this::read);
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = field.getKey();
      if (name.startsWith(PREFIX)) {
        typed(name.substring(PREFIX.length()), field.getValue());
      } else if (field.getValue().isContainerNode()) {
        if (name.equals("dynquery")) {
          dynamic(field.getValue());
        }
        read(field.getValue());
      }
    }
  }

  private void typed(String type, JsonNode fields) {
    switch (type) {
      case "expr" -> {
        expression(Trees.text(fields, "query"), fields.path("parseMode").asInt(-1));
        return;
      }
      case "stmt_dynexecute", "stmt_dynfors" -> dynamic(fields.path("query"));
      case "stmt_commit", "stmt_rollback" -> reading.found.use(Effect.TRANSACTION);
      // The cursor's name is a value: later FETCHes by whatever name may be from another one.
      case "stmt_open" -> reading.found.use(Effect.DECLARE, CURSOR, List.of());
      case "stmt_close" -> reading.found.use(Effect.RELEASE, CURSOR, List.of());
      default -> {
        if (!KNOWN.contains(type)) {
          reading.found.gap(Gap.Reason.UNKNOWN, PREFIX + type);
        }
      }
    }
    read(fields);
  }

  private void expression(String query, int mode) {
    reading.deeper(
        () -> {
          switch (mode) {
            case 0 -> reading.bodies.sql(query);
            case 1 -> {
              // A type's name runs nothing.
            }
            case 2 -> reading.bodies.sql("SELECT " + query);
            case 3, 4, 5 -> assignment(query);
            default -> reading.found.gap(Gap.Reason.UNKNOWN, "an expression of a new sort");
          }
        });
  }

  /** {@code target := expression}; the target's subscripts are expressions too. */
  private void assignment(String query) {
    int sign = sign(query);
    if (sign < 0) {
      reading.found.gap(Gap.Reason.SYNTAX, "an assignment is not understood");
      return;
    }
    if (query.lastIndexOf('[', sign) >= 0) {
      reading.bodies.sql("SELECT " + query.substring(0, sign));
    }
    int length = query.startsWith(":=", sign) ? 2 : 1;
    reading.bodies.sql("SELECT " + query.substring(sign + length));
  }

  /**
   * Where the assignment's sign stands: the first outside brackets, or -1 where that is unclear.
   */
  private static int sign(String query) {
    int depth = 0;
    for (int at = 0; at < query.length(); at++) {
      switch (query.charAt(at)) {
        case '[', '(' -> depth++;
        case ']', ')' -> depth--;
        case '"' -> {
          at = query.indexOf('"', at + 1);
          if (at < 0) {
            return -1;
          }
        }
        case '/', '-' -> {
          // A comment may hold anything.
          return -1;
        }
        case '\'' -> {
          // So may a string.
          return -1;
        }
        case '$' -> {
          if (depth > 0) {
            return -1;
          }
        }
        case ':', '=' -> {
          if (depth == 0 && (query.charAt(at) == '=' || query.startsWith(":=", at))) {
            return at;
          }
        }
        default -> {
          // Part of the target.
        }
      }
    }
    return -1;
  }

  /** EXECUTE: a constant says what it runs; anything else is made at run time. */
  private void dynamic(JsonNode expression) {
    String query = Trees.text(expression.path(PREFIX + "expr"), "query");
    String constant = constant(query);
    if (constant == null) {
      reading.found.gap(Gap.Reason.DYNAMIC, "EXECUTE of text that is made at run time");
    } else {
      reading.body(constant, () -> reading.bodies.sql(constant));
    }
  }

  private String constant(String query) {
    try {
      byte[] select = ("SELECT " + query).getBytes(StandardCharsets.UTF_8);
      JsonNode statements = StatementReader.tree(reading.grammar.parse(select)).path("stmts");
      JsonNode fields = statements.path(0).path("stmt").path("SelectStmt");
      JsonNode text =
          fields.path("targetList").path(0).path("ResTarget").path("val").path("A_Const");
      boolean alone =
          statements.size() == 1
              && fields.path("targetList").size() == 1
              && fields.size() == 3
              && text.has("sval");
      String constant = Trees.text(text.path("sval"), "sval");
      // Whether a backslash is one is told when it runs.
      return alone && constant.indexOf('\\') < 0 ? constant : null;
    } catch (SyntaxException | IOException e) {
      return null;
    }
  }
}
