package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.protocol.postgres.sql.Shape.End;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Variables of the type {@code record} in PL/pgSQL: the tree of a body lacks what they begin with.
 */
final class Records {

  private Records() {}

  /** Whether one of the tree's records may begin with a value in {@code body}. */
  static boolean haveDefaults(JsonNode tree, String body) {
    String shape = null;
    for (JsonNode variable : tree.findValues("PLpgSQL_rec")) {
      if (shape == null) {
        shape = shape(body);
      }
      if (shape.isEmpty() || isGiven(Trees.text(variable, "refname"), shape)) {
        return true;
      }
    }
    return false;
  }

  /** A declaration is a name and a type; a statement that begins with the name has no type. */
  private static boolean isGiven(String name, String shape) {
    String declared =
        "(;|>>|\\bdeclare|^)\\s*\"?"
            + Pattern.quote(name.replace("\"", "\"\"").toLowerCase(Locale.ROOT))
            + "(?![\\w$\\x{80}-\\x{10ffff}])\"?\\s*[^\\s;:=.\\[][^;:=]*(:=|=|\\bdefault\\b)";
    return Pattern.compile(declared).matcher(shape).find();
  }

  /** Without comments and constants, in lower case; empty where that is not to be had. */
  private static String shape(String body) {
    byte[] text = body.getBytes(StandardCharsets.UTF_8);
    Shape shape = new Shape();
    return shape.scan(text, text.length, Lexing.USUAL, false) == End.DONE
        ? new String(shape.copy(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT)
        : "";
  }
}
