package dev.stepgate.gateway.policy;

import dev.stepgate.config.CanonicalRules;
import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Explains a recorded operation, in lines for a person. Not escaped. */
public final class OperationText {

  private static final int MAX_SHOWN = 2_000;

  private OperationText() {}

  /** The lines. */
  public static List<String> lines(RecordedOperation operation, SqlFacts sqlFacts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "operation "
            + operation.number()
            + " of "
            + operation.header().recording()
            + " on "
            + operation.header().target()
            + ", a "
            + operation.kind()
            + " at "
            + operation.asked()
            + (operation.status().isEmpty() ? "" : ": " + operation.status()));
    operation.sql().ifPresent(sql -> lines.add("  statement " + shown(sql)));
    Optional<RecordedVerdict> verdict = RecordedVerdict.of(operation.verdict());
    verdict.ifPresent(recorded -> lines.add("  recorded  " + recorded.sentence()));
    Optional<Ruleset> rules = CanonicalRules.read(operation.canonical());
    if (rules.isEmpty()) {
      lines.add(
          operation.canonical().isEmpty()
              ? "  there were no rules: everything was allowed and recorded"
              : "  the rules are of a form that this version does not know");
      return lines;
    }
    RulePolicy policy = new RulePolicy(rules.get());
    lines.add("  policy    " + policy.edition().digest() + " (" + rules.get().mode().word() + ")");
    if (operation.sql().isEmpty()) {
      lines.add("  its statement is not in the recording, so it cannot be explained");
      return lines;
    }
    Facts facts = sqlFacts.of(operation.sql().get());
    lines.add("");
    lines.addAll(explained(operation, policy, facts, verdict.flatMap(RecordedVerdict::reach)));
    return lines;
  }

  private static List<String> explained(
      RecordedOperation operation,
      RulePolicy policy,
      Facts facts,
      Optional<Reach.Statement> recorded) {
    Facts whole = new Facts(List.of(merged(facts)));
    Reach textual = new TextualReach(Excerpt.NONE, false).of(whole);
    Reach reach = recorded.map(found -> new Reach(List.of(found))).orElse(textual);
    Operation asked =
        new Operation(Operation.Kind.QUERY, Operation.NO_SUBJECT)
            .with(whole, reach, operation.sql().orElse(""));
    List<String> lines = new ArrayList<>();
    if (recorded.isEmpty()) {
      lines.add(
          "by its text alone, since the recording does not hold what the catalog made of it:");
    }
    lines.addAll(
        ExplainedText.lines(
            policy.explain(
                Trial.session(claims(operation), operation.asked()),
                asked,
                operation.asked().toEpochMilli())));
    return lines;
  }

  private static SortedMap<String, String> claims(RecordedOperation operation) {
    SortedMap<String, String> claims = new TreeMap<>(operation.header().who().verified());
    claims.remove("issuer_url");
    return claims;
  }

  /** All statements as one: a recording has what a request came to as a whole. */
  private static Facts.Statement merged(Facts facts) {
    List<Facts.Use> uses = new ArrayList<>();
    List<Facts.ColumnUse> columns = new ArrayList<>();
    List<Facts.Reference> references = new ArrayList<>();
    List<Facts.Setting> settings = new ArrayList<>();
    List<Facts.Gap> gaps = new ArrayList<>();
    for (Facts.Statement statement : facts.statements()) {
      uses.addAll(statement.uses());
      columns.addAll(statement.columns());
      references.addAll(statement.references());
      settings.addAll(statement.settings());
      gaps.addAll(statement.gaps());
    }
    return new Facts.Statement("request", uses, columns, references, settings, gaps);
  }

  private static String shown(String sql) {
    String line = sql.strip();
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
  }
}
