package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One rule: for whom and when it counts, what it speaks of, and what becomes of that.
 *
 * @param name unique among the connection's rules; stands in refusals and recordings
 * @param when for whom and when it counts
 * @param what what it speaks of
 * @param then what becomes of it
 */
public record Rule(String name, When when, What what, Then then) {

  /**
   * For whom and when.
   *
   * @param identity of which one must match; none: everybody
   * @param times of which one must contain the moment; none: always
   */
  public record When(List<IdentityPattern> identity, List<Window> times) {

    /** For everybody, always. */
    public static final When ALWAYS = new When(List.of(), List.of());

    /** Copies the lists. */
    public When {
      identity = List.copyOf(identity);
      times = List.copyOf(times);
    }
  }

  /**
   * What it speaks of. A part that is left out does not narrow; all that are there must fit.
   *
   * @param effects what is done; all of them where the rule says nothing of effects
   * @param unknown whether it speaks of statements of which not everything is known, too
   * @param relations schema and name, of which one must fit
   * @param objects things of any sort; beside {@code relations}, one of either must fit
   * @param columns schema, relation and column
   * @param functions schema and name
   * @param rows which changes of rows
   * @param text the statement's text, of which one must fit the whole
   * @param later whether what the statement makes counts like what it does: the body of a function,
   *     the query of a view
   */
  public record What(
      Set<Effect> effects,
      boolean unknown,
      List<NamePattern> relations,
      List<ObjectPattern> objects,
      List<NamePattern> columns,
      List<NamePattern> functions,
      Rows rows,
      List<Wildcard> text,
      boolean later) {

    /** Anything that is known. */
    public static final What ANYTHING =
        new What(
            EnumSet.allOf(Effect.class),
            false,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Rows.ANY,
            List.of(),
            false);

    /** Copies the collections. */
    public What {
      effects =
          Collections.unmodifiableSet(
              effects.isEmpty() ? EnumSet.noneOf(Effect.class) : EnumSet.copyOf(effects));
      relations = List.copyOf(relations);
      objects = List.copyOf(objects);
      columns = List.copyOf(columns);
      functions = List.copyOf(functions);
      text = List.copyOf(text);
    }

    /** The same of these effects. */
    public What effects(Set<Effect> only) {
      return new What(only, unknown, relations, objects, columns, functions, rows, text, later);
    }

    /** The same of these relations. */
    public What relations(List<NamePattern> only) {
      return new What(effects, unknown, only, objects, columns, functions, rows, text, later);
    }

    /** Whether things of some names are meant, not all. */
    boolean namesThings() {
      return !relations.isEmpty() || !objects.isEmpty();
    }
  }

  /** Which UPDATE, DELETE and MERGE, by whether their WHERE looks at a column. */
  public enum Rows {
    /** All of them. */
    ANY,
    /** Those without: they change all rows. */
    ALL,
    /** Those with, and what knows no WHERE. */
    CHOSEN
  }

  /**
   * What becomes of it.
   *
   * @param verdict the sort
   * @param message for whom it hits, in the words of whoever wrote the rule; may be empty
   * @param ask who has to agree, if it is {@link Decision.Verdict#ASK}, else null
   */
  public record Then(Decision.Verdict verdict, String message, Decision.Ask ask) {

    /** It is allowed. */
    public static final Then ALLOW = new Then(Decision.Verdict.ALLOW, "", null);

    /** It is refused. */
    public static Then deny(String message) {
      return new Then(Decision.Verdict.DENY, message, null);
    }

    /** People have to agree. */
    public static Then ask(Decision.Ask ask, String message) {
      return new Then(Decision.Verdict.ASK, message, ask);
    }
  }

  boolean denies() {
    return then.verdict() == Decision.Verdict.DENY;
  }

  boolean allows() {
    return then.verdict() == Decision.Verdict.ALLOW;
  }
}
