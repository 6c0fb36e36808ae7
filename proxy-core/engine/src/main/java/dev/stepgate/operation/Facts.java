package dev.stepgate.operation;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a request's text alone says that it does. Exact, or it says by its {@link Gap}s what the
 * text does not tell; what the target makes of the names (views, triggers, search paths) is not
 * known here.
 *
 * @param statements one for each statement of the text, in order
 */
public record Facts(List<Statement> statements) {

  public Facts {
    statements = List.copyOf(statements);
  }

  /** Facts of a request of which nothing can be said. */
  public static Facts unknown(Gap gap) {
    return new Facts(
        List.of(new Statement("", List.of(), List.of(), List.of(), List.of(), List.of(gap))));
  }

  /** Whether nothing is missing of what happens now. */
  public boolean complete() {
    return statements.stream().flatMap(statement -> statement.gaps().stream()).allMatch(Gap::later);
  }

  /**
   * One statement with all that is nested in it.
   *
   * @param kind its own word for itself in lower case ({@code select}, {@code create table})
   * @param uses what it does, and to what
   * @param columns the columns that it names
   * @param references functions, operators, types and such that it names
   * @param settings the settings that it changes
   * @param gaps what the text does not tell
   */
  public record Statement(
      String kind,
      List<Use> uses,
      List<ColumnUse> columns,
      List<Reference> references,
      List<Setting> settings,
      List<Gap> gaps) {

    public Statement {
      uses = List.copyOf(uses);
      columns = List.copyOf(columns);
      references = List.copyOf(references);
      settings = List.copyOf(settings);
      gaps = List.copyOf(gaps);
    }

    /** All its effects, those of later included. */
    public Set<Effect> effects() {
      EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
      uses.forEach(use -> effects.add(use.effect()));
      return effects;
    }
  }

  /**
   * An effect on one thing.
   *
   * @param effect what is done
   * @param kind the sort of thing: {@code relation} where the text does not tell a table from a
   *     view, else {@code table}, {@code index}, {@code role}, …; empty where there is no thing
   * @param name its name as resolved by quoting and case rules, outermost part first; empty where
   *     the text names none
   * @param where whether rows were chosen
   * @param later whether this happens only when something that the statement makes is used: the
   *     body of a function, the query of a view
   */
  public record Use(Effect effect, String kind, List<String> name, Where where, boolean later) {

    public Use {
      name = List.copyOf(name);
    }
  }

  /** Whether an UPDATE, DELETE or MERGE chooses among the rows. */
  public enum Where {
    /** Not a question for this effect. */
    NOT_APPLICABLE,
    /** No WHERE: all rows. */
    MISSING,
    /** A WHERE that looks at no column of the target, such as {@code true} or {@code 1 = 1}. */
    CONSTANT,
    /** A WHERE that looks at what may be columns of the target. */
    PRESENT
  }

  /**
   * A column that is named.
   *
   * @param relations the relations that it may belong to, as the statement names them; none where
   *     it comes from none that is named
   * @param certain whether the text alone says that it is a column of the only one of them
   * @param column its name, or {@code *} for all
   * @param part where it stands
   * @param later as in {@link Use}
   */
  public record ColumnUse(
      List<List<String>> relations, boolean certain, String column, Part part, boolean later) {

    public ColumnUse {
      relations = List.copyOf(relations);
    }
  }

  /** Where a column stands. */
  public enum Part {
    /** What is returned, of the statement or of a query in it. */
    OUTPUT,
    /** What chooses, joins, groups or sorts. */
    PREDICATE,
    /** What is written. */
    WRITTEN
  }

  /**
   * Something named that may run code.
   *
   * @param kind the sort
   * @param name its name, outermost part first
   * @param later as in {@link Use}
   */
  public record Reference(Kind kind, List<String> name, boolean later) {

    public Reference {
      name = List.copyOf(name);
    }

    /** The sorts of things named. */
    public enum Kind {
      FUNCTION,
      OPERATOR,
      TYPE,
      COLLATION,
      /** A part of a row that no relation named gives: its field, or a function that takes it. */
      FIELD
    }
  }

  /**
   * A setting that is changed.
   *
   * @param name in lower case; {@code *} for all
   * @param value its new value as text, or null where it is reset or not told
   * @param scope for whom and how long
   * @param later as in {@link Use}
   */
  public record Setting(String name, String value, Scope scope, boolean later) {

    /** For whom and how long a setting changes. */
    public enum Scope {
      SESSION,
      TRANSACTION,
      FUNCTION,
      ROLE,
      DATABASE,
      SYSTEM
    }
  }

  /**
   * Something that the text does not tell.
   *
   * @param reason why
   * @param detail what, for a person: never a constant of the statement
   * @param later as in {@link Use}: what is made is not told, what happens now is
   */
  public record Gap(Reason reason, String detail, boolean later) {

    /** Why facts are incomplete. */
    public enum Reason {
      /** The grammar does not know the text. */
      SYNTAX,
      /** Too long, too deep or too costly to look at. */
      TOO_COMPLEX,
      /** The bytes mean something that depends on an encoding which is not followed here. */
      ENCODING,
      /** Text that is made at run time is run. */
      DYNAMIC,
      /** A statement that was prepared before is run. */
      PREPARED,
      /** Code in a language that is not understood here, or not in the text at all. */
      CODE,
      /** A procedure is called. */
      CALL,
      /** A setting changes to something that the text does not tell. */
      SETTING,
      /** Something that this version does not know. */
      UNKNOWN
    }
  }
}
