package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The names that a SELECT gives to what it returns, for ORDER BY and GROUP BY, where a name alone
 * may be one of them (PostgreSQL's manual, "ORDER BY Clause": an output's name wins there, an input
 * column's in GROUP BY).
 */
final class OutputNames {

  /** What a name alone may be. */
  enum Meaning {
    /** An output, for certain, in ORDER BY. */
    OUTPUT,
    /** An output or a column. */
    EITHER,
    /** A column, or no name alone at all. */
    NONE
  }

  private final Set<String> given = new HashSet<>();
  private boolean derived;

  OutputNames(JsonNode targets) {
    for (JsonNode target : targets) {
      JsonNode fields = Trees.fields(target);
      if (fields.has("name")) {
        given.add(Trees.text(fields, "name"));
      } else if (!"ColumnRef".equals(Trees.type(fields.path("val")))) {
        // Named after its function, type or the like, which is not worked out here.
        derived = true;
      }
    }
  }

  Meaning of(JsonNode expression) {
    if (!"ColumnRef".equals(Trees.type(expression))) {
      return Meaning.NONE;
    }
    JsonNode names = Trees.fields(expression).path("fields");
    if (names.size() != 1 || !"String".equals(Trees.type(names.get(0)))) {
      return Meaning.NONE;
    }
    if (given.contains(Trees.text(Trees.fields(names.get(0)), "sval"))) {
      return Meaning.OUTPUT;
    }
    return derived ? Meaning.EITHER : Meaning.NONE;
  }
}
