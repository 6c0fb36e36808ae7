package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.ColumnUse;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.operation.Facts.Use;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs where a statement only names it: EXECUTE of what was prepared, FETCH from what was
 * declared. Pure.
 */
final class Runs {

  /** What is run by a name that nothing is known of. */
  static final Facts UNKNOWN =
      Facts.unknown(new Gap(Gap.Reason.PREPARED, "what was prepared earlier is not known", false));

  private Runs() {}

  /** Whether {@code statement} runs what was prepared under a name. */
  static boolean executes(Facts.Statement statement) {
    for (Gap gap : statement.gaps()) {
      if (gap.reason() == Gap.Reason.PREPARED && !gap.later()) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code statement} takes rows from a portal by name. */
  static boolean fetches(Facts.Statement statement) {
    return statement.kind().equals("fetch");
  }

  /** The one name of a thing of {@code kind}, or null if there is none or are several. */
  static String name(Facts.Statement statement, String kind) {
    String name = null;
    for (Use use : statement.uses()) {
      if (use.kind().equals(kind)) {
        if (name != null || use.name().size() != 1) {
          return null;
        }
        name = use.name().get(0);
      }
    }
    return name;
  }

  /** What is done by executing what a PREPARE has made: what it says will happen later. */
  static Facts prepared(Facts.Statement prepare) {
    List<Use> uses = new ArrayList<>();
    for (Use use : prepare.uses()) {
      if (use.later()) {
        uses.add(new Use(use.effect(), use.kind(), use.name(), use.where(), false));
      }
    }
    List<ColumnUse> columns = new ArrayList<>();
    for (ColumnUse column : prepare.columns()) {
      columns.add(
          new ColumnUse(
              column.relations(), column.certain(), column.column(), column.part(), false));
    }
    List<Reference> references = new ArrayList<>();
    for (Reference reference : prepare.references()) {
      references.add(new Reference(reference.kind(), reference.name(), false));
    }
    List<Setting> settings = new ArrayList<>();
    for (Setting setting : prepare.settings()) {
      settings.add(new Setting(setting.name(), setting.value(), setting.scope(), false));
    }
    List<Gap> gaps = new ArrayList<>();
    for (Gap gap : prepare.gaps()) {
      gaps.add(new Gap(gap.reason(), gap.detail(), false));
    }
    return one("execute", uses, columns, references, settings, gaps);
  }

  /** What is done by fetching from what a DECLARE has made. */
  static Facts declared(Facts.Statement declare) {
    List<Use> uses = new ArrayList<>();
    for (Use use : declare.uses()) {
      if (use.effect() != Effect.DECLARE) {
        uses.add(use);
      }
    }
    return one(
        "select",
        uses,
        declare.columns(),
        declare.references(),
        declare.settings(),
        declare.gaps());
  }

  private static Facts one(
      String kind,
      List<Use> uses,
      List<ColumnUse> columns,
      List<Reference> references,
      List<Setting> settings,
      List<Gap> gaps) {
    return new Facts(List.of(new Facts.Statement(kind, uses, columns, references, settings, gaps)));
  }

  /**
   * {@code statement} with what it runs beside what it says itself.
   *
   * @param run what stands behind the name, or null if that is not known: then that is a gap
   */
  static Facts.Statement with(Facts.Statement statement, Facts run) {
    if (run == null || run.statements().size() != 1) {
      return unknown(statement);
    }
    Facts.Statement inner = run.statements().get(0);
    boolean planned = executes(statement) && !runsIt(statement);
    List<Use> uses = new ArrayList<>(statement.uses());
    for (Use use : inner.uses()) {
      uses.add(
          planned
              ? new Use(
                  Effect.EXPLAIN, use.kind(), use.name(), Facts.Where.NOT_APPLICABLE, use.later())
              : use);
    }
    List<Gap> gaps = new ArrayList<>();
    for (Gap gap : statement.gaps()) {
      if (gap.reason() != Gap.Reason.PREPARED || gap.later()) {
        gaps.add(gap);
      }
    }
    gaps.addAll(inner.gaps());
    return new Facts.Statement(
        statement.kind(),
        uses,
        joined(statement.columns(), planned ? List.of() : inner.columns()),
        joined(statement.references(), inner.references()),
        joined(statement.settings(), inner.settings()),
        gaps);
  }

  private static boolean runsIt(Facts.Statement statement) {
    for (Use use : statement.uses()) {
      if (use.effect() == Effect.EXECUTE && !use.later()) {
        return true;
      }
    }
    return false;
  }

  private static Facts.Statement unknown(Facts.Statement statement) {
    if (executes(statement)) {
      return statement;
    }
    return new Facts.Statement(
        statement.kind(),
        statement.uses(),
        statement.columns(),
        statement.references(),
        statement.settings(),
        joined(
            statement.gaps(),
            List.of(
                new Gap(
                    Gap.Reason.PREPARED, "what the cursor runs was not declared here", false))));
  }

  private static <T> List<T> joined(List<T> first, List<T> then) {
    List<T> all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }
}
