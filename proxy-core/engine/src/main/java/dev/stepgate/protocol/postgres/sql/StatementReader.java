package dev.stepgate.protocol.postgres.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Statement;
import dev.stepgate.protocol.postgres.sql.Collected.TooMuchException;
import dev.stepgate.protocol.postgres.sql.grammar.Grammar;
import dev.stepgate.protocol.postgres.sql.grammar.SyntaxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Text to facts, by way of PostgreSQL's own grammar. */
final class StatementReader {

  /** Statements in one text. */
  static final int MOST_STATEMENTS = 1000;

  /** Levels of a tree: one of a statement's own nesting takes two to six. */
  private static final int DEEPEST_TREE = 4000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(DEEPEST_TREE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .build())
              .build());

  /**
   * What has been read.
   *
   * @param facts of the text
   * @param constantsMatter whether they depend on constants in the text
   */
  record Read(Facts facts, boolean constantsMatter) {
    /** Whether the grammar does not know the text. */
    boolean isMalformed() {
      return facts.statements().stream()
          .flatMap(statement -> statement.gaps().stream())
          .anyMatch(gap -> gap.reason() == Gap.Reason.SYNTAX && !gap.later());
    }
  }

  private StatementReader() {}

  /** The facts of {@code text}, UTF-8 without a zero byte. */
  static Read read(Grammar grammar, byte[] text) {
    boolean constantsMatter = false;
    try {
      JsonNode statements = tree(grammar.parse(text)).path("stmts");
      if (statements.size() > MOST_STATEMENTS) {
        return new Read(
            Facts.unknown(
                gap(
                    Gap.Reason.TOO_COMPLEX,
                    statements.size() + " statements in one text, over " + MOST_STATEMENTS)),
            false);
      }
      List<Statement> facts = new ArrayList<>();
      for (JsonNode statement : statements) {
        Reading reading = new Reading(grammar);
        JsonNode node = statement.path("stmt");
        reading.within(slice(text, statement), () -> reading.statement(node, Scope.top(false)));
        if ("SelectStmt".equals(Trees.type(node))) {
          reading.found.atLeast(Effect.SELECT);
        }
        facts.add(reading.found.statement(word(Trees.type(node))));
        constantsMatter |= reading.found.doConstantsMatter();
      }
      return new Read(new Facts(facts), constantsMatter);
    } catch (SyntaxException e) {
      return new Read(Facts.unknown(gap(Gap.Reason.SYNTAX, "PostgreSQL's grammar")), false);
    } catch (StreamConstraintsException e) {
      return new Read(Facts.unknown(gap(Gap.Reason.TOO_COMPLEX, "it is nested too deeply")), false);
    } catch (TooMuchException e) {
      return new Read(Facts.unknown(gap(Gap.Reason.TOO_COMPLEX, e.getMessage())), constantsMatter);
    } catch (IOException e) {
      return new Read(Facts.unknown(gap(Gap.Reason.UNKNOWN, "its tree cannot be read")), false);
    }
  }

  static JsonNode tree(byte[] json) throws IOException {
    return JSON.readTree(json);
  }

  /** The statement's own part of the text. */
  static byte[] slice(byte[] text, JsonNode statement) {
    int from = statement.path("stmt_location").asInt(0);
    int length = statement.path("stmt_len").asInt(text.length - from);
    return Arrays.copyOfRange(text, from, from + length);
  }

  private static Gap gap(Gap.Reason reason, String detail) {
    return new Gap(reason, detail, false);
  }

  /** {@code AlterTableStmt} as people say it. */
  private static String word(String type) {
    return type == null
        ? ""
        : type.replaceFirst("Stmt$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
  }
}
