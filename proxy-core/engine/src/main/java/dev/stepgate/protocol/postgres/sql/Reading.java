package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.protocol.postgres.sql.grammar.Grammar;
import java.util.Set;

/**
 * The reading of one statement: what has been found, and the readers of its parts, which call each
 * other.
 */
final class Reading {

  /** Bodies within bodies (a DO that creates a function that …) are followed to this depth. */
  private static final int DEEPEST_BODY = 8;

  final Collected found = new Collected();
  final Grammar grammar;
  final ExpressionReader expressions = new ExpressionReader(this);
  final QueryReader queries = new QueryReader(this);
  final FromReader from = new FromReader(this);
  final FunctionCalls calls = new FunctionCalls(this);
  final CommandReader commands = new CommandReader(this);
  final DefinitionReader definitions = new DefinitionReader(this);
  final TableReader tables = new TableReader(this);
  final BodyReader bodies = new BodyReader(this);
  final BodyTexts texts = new BodyTexts(this);
  private Set<String> variables = Set.of();
  private int bodyDepth;
  private byte[] text = {};

  Reading(Grammar grammar) {
    this.grammar = grammar;
  }

  /** Reads a statement, wherever it stands. */
  void statement(JsonNode node, Scope scope) {
    String type = Trees.type(node);
    if (type == null) {
      found.gap(Gap.Reason.UNKNOWN, "a statement without a type");
      return;
    }
    JsonNode fields = Trees.fields(node);
    if (!queries.read(type, fields, scope)
        && !commands.read(type, fields, scope)
        && !tables.read(type, fields)
        && !definitions.read(type, fields)) {
      found.gap(Gap.Reason.UNKNOWN, type);
    }
  }

  /** The text of the statement that is being read, with whatever stands around its tree. */
  byte[] text() {
    return text;
  }

  /** Reads a statement of a text of its own. */
  void within(byte[] statement, Runnable reading) {
    byte[] before = text;
    text = statement;
    reading.run();
    text = before;
  }

  /** Reads the text of a body, if it may be read. */
  void body(String body, Runnable reading) {
    if (texts.mayBeRead(body, isInBody())) {
      Set<String> before = variables;
      variables = Set.of();
      deeper(reading);
      variables = before;
    }
  }

  /** The variables that a body declares; what it runs as text does not see them. */
  void declared(Set<String> names) {
    variables = names;
  }

  /** Whether a name alone is one: PostgreSQL refuses what may be a column too. */
  boolean isVariable(String name) {
    return variables.contains(name);
  }

  /**
   * Whether a body is being read. What a constant with a backslash says there depends on when it
   * runs.
   */
  boolean isInBody() {
    return bodyDepth > 0;
  }

  /** Reads something of a body, one level deeper. */
  void deeper(Runnable reading) {
    if (bodyDepth == DEEPEST_BODY) {
      found.gap(Gap.Reason.TOO_COMPLEX, "bodies within bodies, deeper than " + DEEPEST_BODY);
      return;
    }
    bodyDepth++;
    reading.run();
    bodyDepth--;
  }
}
