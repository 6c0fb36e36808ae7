package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** The options of a command: {@code (analyze, verbose off)}, {@code LANGUAGE sql}. */
final class Options {

  private Options() {}

  /** Whether a boolean option is off for certain, as PostgreSQL's defGetBoolean reads it. */
  static boolean isOff(JsonNode option) {
    JsonNode argument = option.path("arg");
    return switch (String.valueOf(Trees.type(argument))) {
      case "Integer" -> Trees.fields(argument).path("ival").asLong(0) == 0;
      case "Boolean" -> !Trees.is(Trees.fields(argument), "boolval");
      case "String" -> {
        String word = Trees.text(Trees.fields(argument), "sval").toLowerCase(Locale.ROOT);
        yield word.equals("false") || word.equals("off");
      }
      default -> false;
    };
  }

  /** The last option of that name, or a missing node. */
  static JsonNode last(JsonNode options, String name) {
    JsonNode found = options.path("");
    for (JsonNode item : options) {
      if (Trees.text(Trees.fields(item), "defname").equals(name)) {
        found = Trees.fields(item).path("arg");
      }
    }
    return found;
  }
}
