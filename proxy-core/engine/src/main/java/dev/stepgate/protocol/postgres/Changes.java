package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.operation.Reach;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a statement may change of what later statements mean, as its facts and their reach tell. In
 * doubt it changes it. Pure.
 *
 * @param settings whether settings that decide what later text means may be others
 * @param ddl the statement if it may change what names mean, or one that stands for anything; or
 *     null
 * @param names what it does to names of prepared statements and portals, or null
 */
record Changes(boolean settings, Facts.Statement ddl, NameChange names) {

  /** It changes nothing of this. */
  static final Changes NONE = new Changes(false, null, null);

  /** Any settings, any objects, any names. */
  static final Facts.Statement ANYTHING =
      new Facts.Statement(
          "",
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(new Gap(Gap.Reason.DYNAMIC, "anything may have been changed", false)));

  private static final Set<String> DECIDING =
      Set.of(
          "*",
          "search_path",
          "role",
          "session_authorization",
          "client_encoding",
          "standard_conforming_strings");

  private static final Set<Effect> HARMLESS = EnumSet.of(Effect.COMMENT, Effect.MAINTAIN);
  private static final String STATEMENT = "prepared statement";
  private static final String CURSOR = "cursor";

  /** Whether it changes nothing of this. */
  boolean isNone() {
    return !settings && ddl == null && names == null;
  }

  /**
   * The changes of one statement.
   *
   * @param facts with what EXECUTE runs in its place
   * @param reach of these, or null if it is unknown
   * @param dirty whether the end of a transaction, or of a part of it, would take settings back
   */
  static Changes of(Facts.Statement facts, Reach.Statement reach, boolean dirty) {
    if (!isKnown(facts, reach)) {
      return new Changes(true, ANYTHING, NameChange.lost(NameChange.Kind.LOST));
    }
    boolean discard = facts.kind().equals("discard");
    boolean temporary = makesTemporary(facts);
    boolean settings = discard || temporary || (dirty && has(facts, Effect.TRANSACTION));
    for (Setting setting : facts.settings()) {
      settings |= !setting.later() && isOwn(setting) && DECIDING.contains(setting.name());
    }
    boolean definesByCode = false;
    boolean statementsByCode = false;
    boolean cursorsByCode = false;
    for (Reach.Use use : reach.uses()) {
      if (use.via().isEmpty()) {
        continue;
      }
      settings |= isDeciding(use) || (dirty && use.effect() == Effect.TRANSACTION);
      definesByCode |= defines(use.effect());
      statementsByCode |= use.kind().equals(STATEMENT) || use.effect() == Effect.RELEASE;
      cursorsByCode |= use.kind().equals(CURSOR) || use.effect() == Effect.RELEASE;
    }
    Facts.Statement ddl = null;
    if (discard || definesByCode) {
      ddl = ANYTHING;
    } else if (definesItself(facts)) {
      ddl = facts;
    }
    NameChange names = names(facts, statementsByCode, cursorsByCode);
    return !settings && ddl == null && names == null ? NONE : new Changes(settings, ddl, names);
  }

  private static boolean isKnown(Facts.Statement facts, Reach.Statement reach) {
    if (reach == null || !reach.unknown().isEmpty()) {
      return false;
    }
    for (Gap gap : facts.gaps()) {
      if (!gap.later()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOwn(Setting setting) {
    return setting.scope() == Setting.Scope.SESSION || setting.scope() == Setting.Scope.TRANSACTION;
  }

  private static boolean isDeciding(Reach.Use use) {
    return switch (use.effect()) {
      case SESSION_IDENTITY, RELEASE -> true;
      case SET -> use.name().isEmpty() || DECIDING.contains(use.name().get(0));
      default -> false;
    };
  }

  private static boolean defines(Effect effect) {
    Effect.Group group = effect.group();
    return (group == Effect.Group.DDL && !HARMLESS.contains(effect))
        || effect == Effect.GRANT
        || effect == Effect.ROLE
        || effect == Effect.SYSTEM;
  }

  private static boolean definesItself(Facts.Statement facts) {
    for (Facts.Use use : facts.uses()) {
      if (!use.later() && defines(use.effect())) {
        return true;
      }
    }
    return false;
  }

  private static boolean makesTemporary(Facts.Statement facts) {
    for (Facts.Use use : facts.uses()) {
      if (!use.later()
          && use.effect() == Effect.CREATE
          && !use.name().isEmpty()
          && use.name().get(0).startsWith("pg_temp")) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(Facts.Statement facts, Effect effect) {
    for (Facts.Use use : facts.uses()) {
      if (!use.later() && use.effect() == effect) {
        return true;
      }
    }
    return false;
  }

  private static NameChange names(Facts.Statement facts, boolean statements, boolean cursors) {
    NameChange own = own(facts);
    if (statements && cursors) {
      return NameChange.lost(NameChange.Kind.LOST);
    }
    if (statements) {
      return NameChange.lost(own == null ? NameChange.Kind.STATEMENTS_LOST : NameChange.Kind.LOST);
    }
    if (cursors) {
      return NameChange.lost(own == null ? NameChange.Kind.PORTALS_LOST : NameChange.Kind.LOST);
    }
    return own;
  }

  /** What a statement does to names by what its text says, whatever code it runs. */
  static NameChange byItself(Facts.Statement facts) {
    for (Gap gap : facts.gaps()) {
      if (!gap.later()) {
        return NameChange.lost(NameChange.Kind.LOST);
      }
    }
    return own(facts);
  }

  private static NameChange own(Facts.Statement facts) {
    return switch (facts.kind()) {
      case "prepare" ->
          new NameChange(NameChange.Kind.PREPARED, name(facts, STATEMENT), Runs.prepared(facts));
      case "deallocate" -> {
        byte[] name = name(facts, STATEMENT);
        yield name.length == 0
            ? NameChange.lost(NameChange.Kind.STATEMENTS_LOST)
            : new NameChange(NameChange.Kind.DEALLOCATED, name, null);
      }
      case "declare cursor" ->
          new NameChange(NameChange.Kind.DECLARED, name(facts, CURSOR), Runs.declared(facts));
      case "close portal" -> {
        byte[] name = name(facts, CURSOR);
        yield name.length == 0
            ? NameChange.lost(NameChange.Kind.PORTALS_LOST)
            : new NameChange(NameChange.Kind.CLOSED, name, null);
      }
      case "discard" -> facts.settings().isEmpty() ? null : NameChange.lost(NameChange.Kind.LOST);
      default -> nested(facts);
    };
  }

  // In the body of a DO.
  private static NameChange nested(Facts.Statement facts) {
    boolean statements = false;
    boolean cursors = false;
    for (Facts.Use use : facts.uses()) {
      boolean names = use.effect() == Effect.PREPARE || use.effect() == Effect.RELEASE;
      statements |= !use.later() && names && !use.kind().equals(CURSOR);
      cursors |=
          !use.later()
              && (use.effect() == Effect.DECLARE
                  || (use.effect() == Effect.RELEASE && !use.kind().equals(STATEMENT)));
    }
    if (statements) {
      return NameChange.lost(cursors ? NameChange.Kind.LOST : NameChange.Kind.STATEMENTS_LOST);
    }
    return cursors ? NameChange.lost(NameChange.Kind.PORTALS_LOST) : null;
  }

  /** The name that a statement of one such thing gives, as the server tells it apart. */
  private static byte[] name(Facts.Statement facts, String kind) {
    for (Facts.Use use : facts.uses()) {
      if (use.kind().equals(kind) && !use.name().isEmpty()) {
        byte[] name = use.name().get(0).getBytes(StandardCharsets.UTF_8);
        return name.length <= Names.SIGNIFICANT_BYTES
            ? name
            : Arrays.copyOf(name, Names.SIGNIFICANT_BYTES);
      }
    }
    return new byte[0];
  }
}
