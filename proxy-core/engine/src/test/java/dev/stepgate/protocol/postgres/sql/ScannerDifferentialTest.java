package dev.stepgate.protocol.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stepgate.protocol.postgres.sql.Shape.End;
import dev.stepgate.protocol.postgres.sql.grammar.Grammar;
import dev.stepgate.protocol.postgres.sql.grammar.Parsers;
import dev.stepgate.protocol.postgres.sql.grammar.SyntaxException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Our scanner held to PostgreSQL's own: whatever ours reduces must have, for theirs, the same
 * tokens as the text itself, constants by their sort and all others by their bytes.
 */
class ScannerDifferentialTest {

  private static final int INPUTS =
      Math.min(200_000, Integer.getInteger("stepgate.fuzz.inputs", 20_000));

  /** Inputs that a parser is given at a time, because one piece of its work may not take long. */
  private static final int BATCH = 50;

  /** Pieces where lexical rules meet; random sequences of them hit what no person writes. */
  private static final String[] PIECES = {
    "select",
    " ",
    "\n",
    "\t",
    "'",
    "''",
    "\"",
    "\"\"",
    "$",
    "$$",
    "$a$",
    "$1",
    "--",
    "/*",
    "*/",
    "/",
    "*",
    "-",
    "+",
    "E'",
    "e'",
    "U&'",
    "u&\"",
    "N'",
    "B'",
    "b'01'",
    "x'",
    "X'1F'",
    "\\",
    "\\'",
    "\\\\",
    "1",
    "0x1F",
    "0b1",
    "0o7",
    "1_0",
    "1.",
    ".5",
    "1e5",
    "1e",
    "1.5e-3",
    "..",
    ".",
    ",",
    ";",
    "(",
    ")",
    "[",
    "]",
    ":",
    "::",
    ":=",
    "=>",
    "<>",
    "!=",
    "@",
    "?",
    "a",
    "_b",
    "é",
    "日本",
    "A1$",
    "uescape",
    "'!'",
    "from",
    "t",
    "null",
    "(1,2)",
    ",(3,4)",
    "('a','b')",
    ",('c','d')",
    "\r",
    "\f",
    "'a'\n'b'",
    "'a' --x\n 'b'",
    "'a' /*x*/ 'b'",
    "/*/**/*/",
    "%",
    "^",
    "|",
    "||",
    "&",
    "#",
    "~",
    "`",
    "<",
    "=",
    ">"
  };

  private static final Set<String> COMMENTS = Set.of("SQL_COMMENT", "C_COMMENT");

  /** The package writes a token's control characters as they are. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

  private record Token(int type, String text) {}

  @Test
  void a_shape_has_the_tokens_of_its_text() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<End, Integer> ends = new EnumMap<>(End.class);
    try (Parsers parsers = new Parsers(1)) {
      Sorts sorts = parsers.submit(Sorts::new).get(1, TimeUnit.MINUTES);
      for (int i = 0; i < INPUTS; i += BATCH) {
        List<End> batch =
            parsers
                .submit(
                    grammar ->
                        Stream.generate(() -> compare(grammar, sorts, text(random), seed))
                            .limit(BATCH)
                            .toList())
                .get(1, TimeUnit.MINUTES);
        batch.forEach(end -> ends.merge(end, 1, Integer::sum));
      }
    }
    assertThat(ends.get(End.DONE)).as("seed %d, %s", seed, ends).isGreaterThan(INPUTS / 20);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = 1 + random.nextInt(12);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static End compare(Grammar grammar, Sorts sorts, String text, long seed) {
    List<Token> theirs = tokens(grammar, text.getBytes(UTF_8));
    if (theirs == null) {
      return End.MALFORMED;
    }
    byte[] bytes = text.getBytes(UTF_8);
    Shape shape = new Shape();
    End end = shape.scan(bytes, bytes.length, Lexing.USUAL, true);
    if (end == End.DONE) {
      assertThat(tokens(grammar, shape.copy()))
          .as("seed %d, kept <%s> of <%s>", seed, new String(shape.copy(), UTF_8), text)
          .isEqualTo(theirs);
    }
    end = shape.scan(bytes, bytes.length, Lexing.USUAL, false);
    if (end == End.DONE) {
      String reduced = new String(shape.copy(), UTF_8);
      List<Token> ours = tokens(grammar, shape.copy());
      assertThat(ours).as("seed %d, <%s> of <%s>", seed, reduced, text).isNotNull();
      assertThat(sorts.withoutRows(ours))
          .as("seed %d, <%s> of <%s>", seed, reduced, text)
          .isEqualTo(sorts.withoutRows(theirs));
    }
    return end;
  }

  private static List<Token> tokens(Grammar grammar, byte[] text) {
    if (text.length == 0) {
      return List.of();
    }
    try {
      List<Token> tokens = new ArrayList<>();
      for (JsonNode token : JSON.readTree(grammar.scan(text)).path("tokens")) {
        int from = token.path("start").asInt();
        int to = token.path("end").asInt();
        if (token.path("tokenName").asText().equals("SQL_COMMENT") && isString(tokens)) {
          // libpg_query has comments as tokens, so that its strings do not go on behind one as
          // the server's do; the evasions hold what is right.
          return null;
        }
        if (!COMMENTS.contains(token.path("tokenName").asText())) {
          String own = new String(text, from, to - from, UTF_8);
          if (!own.startsWith("--") && !own.startsWith("/*")) {
            tokens.add(new Token(token.path("tokenType").asInt(), own));
          }
        }
      }
      return tokens;
    } catch (SyntaxException e) {
      return null;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isString(List<Token> tokens) {
    return !tokens.isEmpty() && tokens.get(tokens.size() - 1).text().endsWith("'");
  }

  /** The sorts of constants, by the numbers that the grammar gives them. */
  private static final class Sorts {
    private final Map<Integer, String> constants;
    private final Set<String> rowWords = Set.of("?", ",", "-", "+", "null");

    Sorts(Grammar grammar) {
      constants =
          Map.of(
              type(grammar, "1"), "?",
              type(grammar, "1.5"), "?",
              type(grammar, "'a'"), "'",
              type(grammar, "$1"), "?",
              type(grammar, "b'1'"), "b",
              type(grammar, "x'1'"), "x");
    }

    private static int type(Grammar grammar, String text) {
      return tokens(grammar, text.getBytes(UTF_8)).get(0).type();
    }

    /** Constants by sort, and of equal rows of constants one after another the first alone. */
    List<String> withoutRows(List<Token> tokens) {
      List<String> words = new ArrayList<>();
      for (Token token : tokens) {
        words.add(constants.getOrDefault(token.type(), token.text()));
      }
      for (int i = 0; i < words.size(); ) {
        int end = row(words, i);
        if (end > 0 && end < words.size() && words.get(end).equals(",")) {
          int next = row(words, end + 1);
          if (next > 0 && words.subList(i, end).equals(words.subList(end + 1, next))) {
            words.subList(end, next).clear();
            continue;
          }
        }
        i++;
      }
      return words;
    }

    private int row(List<String> words, int from) {
      if (from >= words.size() || !words.get(from).equals("(")) {
        return -1;
      }
      for (int i = from + 1; i < words.size(); i++) {
        if (words.get(i).equals(")")) {
          return i + 1;
        }
        String word = words.get(i);
        if (!rowWords.contains(word) && !"'bx".contains(word)) {
          return -1;
        }
      }
      return -1;
    }
  }
}
