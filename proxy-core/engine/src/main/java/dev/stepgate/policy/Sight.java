package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Rule.What;
import java.util.List;

/**
 * One statement as rules see it: what its text says and what the target makes of that. Where both
 * are known, the reach has all that the facts have, resolved; an effect that it lacks all the same
 * is taken from the facts as it stands there.
 *
 * @param facts what its text says
 * @param reach what the target makes of it, or null where that is not known
 * @param text the request's text, or null where that is not known
 */
record Sight(Facts.Statement facts, Reach.Statement reach, String text) {

  /** Whether a rule's text fits; null where that cannot be told. */
  Boolean textFits(What what) {
    if (what.text().isEmpty()) {
      return true;
    }
    return text == null ? null : anyFits(what.text());
  }

  private boolean anyFits(List<Wildcard> patterns) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(text)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of what happens now is known. */
  boolean isKnown() {
    return reach != null
        && reach.unknown().isEmpty()
        && firstGap(false) == null
        && !facts.uses().isEmpty();
  }

  /** The first gap of what happens now, or of what is made; null if there is none. */
  Facts.Gap firstGap(boolean later) {
    List<Facts.Gap> gaps = facts.gaps();
    for (int i = 0; i < gaps.size(); i++) {
      if (gaps.get(i).later() == later && !isFollowed(gaps.get(i))) {
        return gaps.get(i);
      }
    }
    return null;
  }

  /** Whether the reach says what the text does not: a procedure is followed by its name. */
  private boolean isFollowed(Facts.Gap gap) {
    return reach != null && gap.reason() == Facts.Gap.Reason.CALL;
  }

  /** What is not known, for a person: {@code dynamic: …}. */
  String unknown() {
    Facts.Gap gap = firstGap(false);
    if (gap != null) {
      return Words.of(gap.reason()) + ": " + gap.detail();
    }
    if (reach == null) {
      return "no-catalog: nobody has looked at the catalog";
    }
    if (reach.unknown().isEmpty()) {
      return "nothing: no effect of it is known";
    }
    Reach.Unknown unknown = reach.unknown().get(0);
    return Words.of(unknown.reason()) + ": " + unknown.detail();
  }

  /**
   * Whether the statement does something that the rule speaks of; its text is another question.
   * What is not known does not count here, unless the rule speaks of that.
   */
  boolean touches(What what) {
    if (what.unknown() && !isKnown()) {
      return true;
    }
    if (!what.functions().isEmpty() && !runsOneOf(what)) {
      return false;
    }
    if (!what.columns().isEmpty()) {
      return touchesColumn(what);
    }
    return touchesNow(what) || (what.later() && touchesLater(what));
  }

  private boolean touchesNow(What what) {
    if (reach != null) {
      List<Reach.Use> uses = reach.uses();
      for (int i = 0; i < uses.size(); i++) {
        if (isMeant(what, uses.get(i))) {
          return true;
        }
      }
    }
    List<Facts.Use> uses = facts.uses();
    for (int i = 0; i < uses.size(); i++) {
      Facts.Use use = uses.get(i);
      if (!use.later() && isAlone(use) && isMeant(what, use)) {
        return true;
      }
    }
    return false;
  }

  private boolean touchesLater(What what) {
    for (Facts.Use use : facts.uses()) {
      if (use.later() && isMeant(what, use)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the text says something that the reach does not have at all. */
  boolean isAlone(Facts.Use use) {
    if (reach == null) {
      return true;
    }
    List<Reach.Use> uses = reach.uses();
    for (int i = 0; i < uses.size(); i++) {
      if (uses.get(i).effect() == use.effect()) {
        return false;
      }
    }
    return true;
  }

  boolean isMeant(What what, Reach.Use use) {
    return what.effects().contains(use.effect())
        && Things.touched(what, use.effect(), use.kind(), use.name())
        && (what.rows() == Rule.Rows.ANY || Things.rowsFit(what.rows(), where(use)));
  }

  private static boolean isMeant(What what, Facts.Use use) {
    return what.effects().contains(use.effect())
        && Things.touched(what, use.effect(), use.kind(), use.name())
        && Things.rowsFit(what.rows(), use.where());
  }

  /**
   * Whether rows were chosen. Rows that are changed on the way (a partition's, a child's) were as
   * the statement's own were.
   */
  Facts.Where where(Reach.Use use) {
    if (use.where() == Facts.Where.NOT_APPLICABLE && !use.via().isEmpty() && Things.choose(use)) {
      for (Facts.Use own : facts.uses()) {
        if (!own.later() && Things.isWithout(own.where())) {
          return own.where();
        }
      }
    }
    return use.where();
  }

  private boolean runsOneOf(What what) {
    if (reach != null) {
      for (List<String> function : reach.functions()) {
        if (Things.fitsOne(what.functions(), function)) {
          return true;
        }
      }
    }
    for (Facts.Reference reference : facts.references()) {
      if (reference.kind() == Facts.Reference.Kind.FUNCTION
          && (reference.later() ? what.later() : reach == null)
          && Things.mayFitOne(what.functions(), reference.name())) {
        return true;
      }
    }
    return false;
  }

  private boolean touchesColumn(What what) {
    if (reach == null) {
      return false;
    }
    for (Reach.Column column : reach.columns()) {
      if (Things.fitsColumn(what.columns(), column.relation(), column.column())
          && isMeantOf(what, column)) {
        return true;
      }
    }
    for (Reach.Use use : reach.uses()) {
      if (use.kind().equals("column")
          && what.effects().contains(use.effect())
          && Things.fitsOne(what.columns(), use.name())) {
        return true;
      }
    }
    return false;
  }

  // A column that chooses or is returned is read, as PostgreSQL's own privileges see it.
  private boolean isMeantOf(What what, Reach.Column column) {
    boolean written = column.part() == Facts.Part.WRITTEN;
    if (!written && what.effects().contains(Effect.SELECT)) {
      return true;
    }
    Effect.Group group = written ? Effect.Group.WRITE : Effect.Group.READ;
    for (Reach.Use use : reach.uses()) {
      if (use.effect().group() == group
          && what.effects().contains(use.effect())
          && use.name().equals(column.relation())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rule that allows, or that asks, covers a use of this statement. */
  boolean covers(Rule rule, Effect effect, String kind, List<String> name, Facts.Where where) {
    What what = rule.what();
    return what.effects().contains(effect)
        && Things.within(what, effect, kind, name)
        && Things.rowsFit(what.rows(), where)
        && (!rule.allows() || runsOnly(what));
  }

  private boolean runsOnly(What what) {
    if (what.functions().isEmpty()) {
      return true;
    }
    if (reach == null) {
      return false;
    }
    for (List<String> function : reach.functions()) {
      if (!Things.fitsOne(what.functions(), function)) {
        return false;
      }
    }
    return true;
  }
}
