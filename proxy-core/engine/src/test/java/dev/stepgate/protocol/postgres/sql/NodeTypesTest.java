package dev.stepgate.protocol.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No node type of the grammar is passed over: each is read, or is a gap. */
class NodeTypesTest {

  /** The grammar's own list, which comes with the parser's package. */
  private static final Path TYPES = Path.of("target/grammar/node_modules/@pgsql/types/types.d.ts");

  /** Parts that stand in a place of their own and are read there, never found by their type. */
  private static final Set<String> IN_PLACE =
      Set.of(
          "CommonTableExpr",
          "InferClause",
          "IntoClause",
          "JoinExpr",
          "JsonTable",
          "LockingClause",
          "MergeWhenClause",
          "OnConflictClause",
          "RangeFunction",
          "RangeSubselect",
          "RangeTableFunc",
          "RangeTableSample",
          "RawStmt",
          "ReturningClause",
          "ReturningOption",
          "WithClause");

  /** Made by parse analysis or later, or not of the tree at all: a gap wherever one turns up. */
  private static final Set<String> NOT_RAW =
      Set.of(
          "Aggref",
          "AlternativeSubPlan",
          "ArrayCoerceExpr",
          "ArrayExpr",
          "CallContext",
          "CaseTestExpr",
          "CoerceToDomain",
          "CoerceToDomainValue",
          "CoerceViaIO",
          "CollateExpr",
          "ConvertRowtypeExpr",
          "DistinctExpr",
          "FieldSelect",
          "FieldStore",
          "FilterColumn",
          "FromExpr",
          "FuncExpr",
          "Function",
          "InferenceElem",
          "InlineCodeBlock",
          "IntList",
          "JsonConstructorExpr",
          "JsonExpr",
          "JsonTablePath",
          "JsonTablePathScan",
          "JsonTableSiblingJoin",
          "MergeAction",
          "NextValueExpr",
          "NullIfExpr",
          "OidList",
          "OnConflictExpr",
          "OpExpr",
          "PLAssignStmt",
          "Param",
          "ParseResult",
          "Query",
          "RTEPermissionInfo",
          "RangeTblEntry",
          "RangeTblFunction",
          "RangeTblRef",
          "RelabelType",
          "ReturningExpr",
          "RowCompareExpr",
          "RowMarkClause",
          "ScalarArrayOpExpr",
          "ScanResult",
          "ScanToken",
          "SetOperationStmt",
          "SortGroupClause",
          "SubPlan",
          "SubscriptingRef",
          "SummaryResult",
          "Table",
          "TableFunc",
          "TableSampleClause",
          "TargetEntry",
          "Var",
          "WindowClause",
          "WindowFunc",
          "WindowFuncRunCondition",
          "WithCheckOption");

  @Test
  void every_node_type_of_the_grammar_is_read_or_is_a_gap() throws Exception {
    Set<String> all =
        Pattern.compile("export interface (\\w+) ")
            .matcher(Files.readString(TYPES))
            .results()
            .map((MatchResult match) -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> gaps =
        all.stream()
            .filter(type -> isGap(type) && !IN_PLACE.contains(type))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(all).hasSizeGreaterThan(270);
    assertThat(gaps).isEqualTo(new TreeSet<>(NOT_RAW));
  }

  private static boolean isGap(String type) {
    JsonNode node =
        JsonNodeFactory.instance.objectNode().set(type, JsonNodeFactory.instance.objectNode());
    return (type.endsWith("Stmt") && !type.equals("ReplicaIdentityStmt"))
        ? isGapAs(() -> statement(node), type)
        : isGapAs(() -> expression(node), type);
  }

  private interface Reader {
    Reading read();
  }

  private static boolean isGapAs(Reader reader, String type) {
    return reader.read().found.statement("").gaps().stream()
        .anyMatch(gap -> gap.reason() == Gap.Reason.UNKNOWN && gap.detail().equals(type));
  }

  private static Reading statement(JsonNode node) {
    Reading reading = new Reading(null);
    try {
      reading.statement(node, Scope.top(false));
    } catch (NullPointerException | IllegalArgumentException | java.util.NoSuchElementException e) {
      // Known, and missing the fields that the grammar always gives it.
      assertThat(e).isNotNull();
    }
    return reading;
  }

  private static Reading expression(JsonNode node) {
    Reading reading = new Reading(null);
    try {
      reading.expressions.all(node, Scope.top(false), Part.OUTPUT);
    } catch (NullPointerException | IllegalArgumentException | java.util.NoSuchElementException e) {
      // Known, and missing the fields that the grammar always gives it.
      assertThat(e).isNotNull();
    }
    return reading;
  }
}
