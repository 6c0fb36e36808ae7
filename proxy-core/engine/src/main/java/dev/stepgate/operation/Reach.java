package dev.stepgate.operation;

import java.util.List;
import java.util.Set;

/**
 * What the target makes of a request: the names of its {@link Facts} resolved as the target would
 * resolve them at this moment, with everything that views, rules, triggers, foreign keys,
 * partitions and functions add. Exact, or it says what is unknown.
 *
 * @param statements one for each statement of the facts, in the same order
 */
public record Reach(List<Statement> statements) {

  public Reach {
    statements = List.copyOf(statements);
  }

  /** Whether anything is unknown. */
  public boolean known() {
    return statements.stream().allMatch(statement -> statement.unknown().isEmpty());
  }

  /**
   * What one statement comes to. A rule that asks for effects, relations, columns or functions sees
   * these beside the facts'.
   *
   * @param uses every effect that it has, with what it names itself and what follows from that
   * @param columns the columns that it reads or writes, as far as they can be told
   * @param functions the functions that it may run: schema, then name
   * @param unknown what the catalog cannot say; if there is any, other uses are possible
   */
  public record Statement(
      List<Use> uses, List<Column> columns, Set<List<String>> functions, List<Unknown> unknown) {

    public Statement {
      uses = List.copyOf(uses);
      columns = List.copyOf(columns);
      functions = Set.copyOf(functions);
      unknown = List.copyOf(unknown);
    }
  }

  /**
   * An effect on one thing.
   *
   * @param effect what is done
   * @param kind the sort of thing, never {@code relation}: {@code table}, {@code view}, {@code
   *     sequence}, …; empty where there is none
   * @param name its schema and name; only the name for what lies in no schema; empty where there is
   *     none
   * @param where whether rows were chosen, for what the statement itself names
   * @param via what led there, outermost first, for a person: {@code view app.open_orders}; empty
   *     for what the statement names itself
   */
  public record Use(
      Effect effect, String kind, List<String> name, Facts.Where where, List<String> via) {

    public Use {
      name = List.copyOf(name);
      via = List.copyOf(via);
    }
  }

  /**
   * A column.
   *
   * @param relation its relation's schema and name
   * @param column its name; never {@code *}
   * @param part where it stands
   */
  public record Column(List<String> relation, String column, Facts.Part part) {

    public Column {
      relation = List.copyOf(relation);
    }
  }

  /**
   * Something that cannot be said.
   *
   * @param reason why
   * @param detail what, for a person: never a constant of the statement
   */
  public record Unknown(Reason reason, String detail) {

    /** Why the catalog has no answer. */
    public enum Reason {
      /** It could not be read, or is too old. */
      NO_CATALOG,
      /** It was changed by this session in a transaction that is still open. */
      UNCOMMITTED,
      /** No such thing is known. */
      NOT_FOUND,
      /** Several things may be meant. */
      AMBIGUOUS,
      /** What a setting, a role or a search path is by now cannot be told. */
      SURROUNDINGS,
      /** Code that is not understood runs: another language, or text made at run time. */
      CODE,
      /** Too deep or too much. */
      TOO_COMPLEX
    }
  }
}
