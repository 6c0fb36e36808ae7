package dev.stepgate.policy;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides by the rules of one connection.
 *
 * <p>A rule matches what a request does, by its facts and their reach. All rules that match count,
 * in any order: deny wins over approval, approval over allow. What no rule allows is refused,
 * unless the rest is allowed. Where not everything is known, everything may happen: it is refused
 * wherever a rule that forbids or asks might have matched or the rest is not allowed, unless a rule
 * speaks of the unknown.
 */
public final class RulePolicy implements Policy {

  private final Ruleset ruleset;
  private final Look looks;
  private final Applying applying;
  private final Edition edition;

  /** By these rules. */
  public RulePolicy(Ruleset ruleset) {
    this.ruleset = ruleset;
    this.looks =
        ruleset.rules().stream().anyMatch(rule -> !rule.what().text().isEmpty())
            ? Look.TEXT
            : Look.FACTS;
    this.applying = new Applying(ruleset.rules());
    this.edition = Edition.of(ruleset);
  }

  /** The rules. */
  public Ruleset ruleset() {
    return ruleset;
  }

  @Override
  public Edition edition() {
    return edition;
  }

  @Override
  public String digest(Session session, Connection connection) {
    return edition.digest();
  }

  @Override
  public Look looks(Session session, Connection connection) {
    return looks;
  }

  @Override
  public Decision decide(Session session, Connection connection, Operation operation, long now) {
    Decision decision = enforced(session, operation, now);
    return ruleset.mode() == Ruleset.Mode.OBSERVE && !decision.allowed()
        ? Decision.observed(decision)
        : decision;
  }

  /** What would become of it if the rules are enforced. */
  Decision enforced(Session session, Operation operation, long now) {
    if (isPartOfWhatWasDecided(operation)) {
      return Decision.ALLOW;
    }
    Judgement judgement = new Judgement(ruleset, applying.at(session, now));
    if (operation.facts() == null) {
      judgement.nothingKnown("nobody has looked at it");
    } else {
      statements(operation, judgement);
    }
    return judgement.decision();
  }

  private static void statements(Operation operation, Judgement judgement) {
    int count = operation.facts().statements().size();
    for (int i = 0; i < count; i++) {
      judgement.statement(sight(operation, i));
    }
  }

  private static Sight sight(Operation operation, int index) {
    List<Facts.Statement> facts = operation.facts().statements();
    Reach reach = operation.reach();
    boolean reached = reach != null && reach.statements().size() == facts.size();
    return new Sight(
        facts.get(index), reached ? reach.statements().get(index) : null, operation.text());
  }

  /** The decision with its reasons, as if the rules were enforced. */
  public Explained explain(Session session, Operation operation, long now) {
    List<Sight> sights = new ArrayList<>();
    if (operation.facts() != null) {
      for (int i = 0; i < operation.facts().statements().size(); i++) {
        sights.add(sight(operation, i));
      }
    }
    return Explainer.explain(this, session, operation, now, sights);
  }

  /**
   * A cancel ends what was decided; data belong to a COPY that was, and Bind alone runs nothing:
   * the statement was decided when it was prepared and is again when it is executed.
   */
  private static boolean isPartOfWhatWasDecided(Operation operation) {
    return operation.facts() == null
        && switch (operation.kind()) {
          case CANCEL, BIND, COPY_IN, COPY_OUT -> true;
          default -> false;
        };
  }
}
