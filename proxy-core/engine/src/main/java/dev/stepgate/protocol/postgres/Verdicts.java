package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What statements come to at this moment. Of several in one text, each is looked at as those before
 * it leave things: what they may change is unknown to those behind.
 */
final class Verdicts {

  /** How often what is run by name may itself run something by name. */
  private static final int MAX_NESTING = 4;

  /**
   * What is known of a request.
   *
   * @param facts with what runs by name
   * @param reach of these
   * @param changes that it may make, none if there are none
   * @param names what each of its statements does to names, or null if none does anything
   */
  record Verdict(Facts facts, Reach reach, List<Changes> changes, List<NameChange> names) {

    /** Whether a catalog that is read anew may know more. */
    boolean isOutdated() {
      for (Reach.Statement statement : reach.statements()) {
        for (Reach.Unknown unknown : statement.unknown()) {
          if (unknown.reason() == Reach.Unknown.Reason.NOT_FOUND) {
            return true;
          }
        }
      }
      return false;
    }
  }

  private static final String STATEMENT = "prepared statement";
  private static final String CURSOR = "cursor";
  private static final List<Changes> NO_CHANGES = List.of();

  private final Insight insight;
  private final Situation situation;
  private final Subjects subjects;

  Verdicts(Insight insight, Situation situation, Subjects subjects) {
    this.insight = insight;
    this.situation = situation;
    this.subjects = subjects;
  }

  /** Whether a statement runs something by name. */
  boolean needsNames(Facts facts) {
    for (Facts.Statement statement : facts.statements()) {
      if (Runs.executes(statement) || Runs.fetches(statement)) {
        return true;
      }
    }
    return false;
  }

  /** Whether that may be a portal. */
  boolean needsPortals(Facts facts) {
    for (Facts.Statement statement : facts.statements()) {
      if (Runs.fetches(statement)) {
        return true;
      }
    }
    return false;
  }

  /** Facts with what runs by name in its place. */
  Facts resolve(Facts facts) {
    if (!needsNames(facts)) {
      return facts;
    }
    Map<String, Facts> statements = new HashMap<>();
    Map<String, Facts> portals = new HashMap<>();
    boolean lost = false;
    List<Facts.Statement> resolved = new ArrayList<>();
    for (Facts.Statement statement : facts.statements()) {
      Facts.Statement whole = resolve(statement, statements, portals, lost, 0);
      resolved.add(whole);
      NameChange change = Changes.byItself(whole);
      if (change != null && change.isLoss()) {
        lost = true;
        statements.clear();
        portals.clear();
      } else if (change != null) {
        boolean portal =
            change.kind() == NameChange.Kind.DECLARED || change.kind() == NameChange.Kind.CLOSED;
        (portal ? portals : statements).put(key(change.name()), change.facts());
      }
    }
    return new Facts(resolved);
  }

  private Facts.Statement resolve(
      Facts.Statement statement,
      Map<String, Facts> statements,
      Map<String, Facts> portals,
      boolean lost,
      int depth) {
    boolean fetches = Runs.fetches(statement);
    if (!fetches && !Runs.executes(statement)) {
      return statement;
    }
    String name = Runs.name(statement, fetches ? CURSOR : STATEMENT);
    if (name == null || depth == MAX_NESTING) {
      return Runs.with(statement, null);
    }
    byte[] bytes = cut(name.getBytes(StandardCharsets.UTF_8));
    Map<String, Facts> here = fetches ? portals : statements;
    Facts run;
    if (here.containsKey(key(bytes))) {
      run = here.get(key(bytes));
    } else if (lost) {
      run = null;
    } else if (fetches) {
      Subjects.Portal portal = subjects.portal(bytes);
      run = portal == null ? null : fetched(portal);
    } else {
      run = subjects.statement(bytes);
    }
    if (run != null && run.statements().size() == 1) {
      run =
          new Facts(
              List.of(resolve(run.statements().get(0), statements, portals, lost, depth + 1)));
    }
    return Runs.with(statement, run);
  }

  private Facts fetched(Subjects.Portal portal) {
    Facts facts = portal.execute().facts();
    return facts != null && needsSurroundings(facts) && moved(portal.surroundings()) ? null : facts;
  }

  private static String key(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static byte[] cut(byte[] name) {
    return name.length <= Names.SIGNIFICANT_BYTES
        ? name
        : Arrays.copyOf(name, Names.SIGNIFICANT_BYTES);
  }

  /** Whether names of {@code facts} have to be looked up, so that it matters what they mean. */
  boolean needsSurroundings(Facts facts) {
    for (Facts.Statement statement : facts.statements()) {
      if (needsSurroundings(statement)) {
        return true;
      }
    }
    return false;
  }

  private static boolean needsSurroundings(Facts.Statement statement) {
    if (!statement.columns().isEmpty() || !statement.references().isEmpty()) {
      return true;
    }
    for (Facts.Use use : statement.uses()) {
      switch (use.effect()) {
        case TRANSACTION,
            SET,
            SHOW,
            RELEASE,
            LISTEN,
            NOTIFY,
            SESSION_IDENTITY,
            PREPARE,
            EXECUTE,
            FETCH,
            DECLARE -> {
          // Of the session alone.
        }
        default -> {
          if (use.effect() != Effect.SELECT || !use.name().isEmpty()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether names mean something else than when a portal was made, or may. */
  private boolean moved(Surroundings made) {
    return made == null || !situation.isSure() || !same(made, situation.surroundings());
  }

  private static boolean same(Surroundings made, Surroundings now) {
    return made.searchPath() != null
        && made.searchPath().equals(now.searchPath())
        && made.currentUser() != null
        && made.currentUser().equals(now.currentUser());
  }

  /**
   * What {@code facts} come to.
   *
   * @param made what names meant when the portal was made that is executed, or null
   */
  Verdict judge(Facts facts, Surroundings made) {
    Surroundings now = situation.surroundings();
    if (made != null && !same(made, now)) {
      now = unsure(now);
    }
    Reach reach = reach(facts, now);
    List<Facts.Statement> statements = facts.statements();
    List<Changes> changes = null;
    List<NameChange> names = null;
    List<Reach.Statement> reaches = null;
    boolean dirty = situation.isDirty();
    for (int i = 0; i < statements.size(); i++) {
      Facts.Statement statement = statements.get(i);
      Reach.Statement reached;
      if (changes == null) {
        reached = reach.statements().get(i);
      } else {
        reached = reach(new Facts(List.of(statement)), now).statements().get(0);
        if (reaches == null) {
          reaches = new ArrayList<>(reach.statements().subList(0, i));
        }
        reaches.add(reached);
      }
      Changes change = Changes.of(statement, reached, dirty);
      if (!change.isNone()) {
        changes = changes == null ? new ArrayList<>(1) : changes;
        changes.add(change);
        dirty |= change.settings();
        now = after(now, change);
      }
      if (change.names() != null && names == null) {
        names = new ArrayList<>(statements.size());
        for (int before = 0; before < i; before++) {
          names.add(null);
        }
      }
      if (names != null) {
        names.add(change.names());
      }
    }
    return new Verdict(
        facts,
        reaches == null ? reach : new Reach(reaches),
        changes == null ? NO_CHANGES : changes,
        names);
  }

  /** What is of the session alone is what it says, whether there is a catalog or not. */
  private Reach reach(Facts facts, Surroundings now) {
    if (needsSurroundings(facts)) {
      return insight.reach(facts, now);
    }
    List<Reach.Statement> statements = new ArrayList<>(facts.statements().size());
    for (Facts.Statement statement : facts.statements()) {
      List<Reach.Use> uses = new ArrayList<>(statement.uses().size());
      for (Facts.Use use : statement.uses()) {
        if (!use.later()) {
          uses.add(new Reach.Use(use.effect(), use.kind(), use.name(), use.where(), List.of()));
        }
      }
      statements.add(new Reach.Statement(uses, List.of(), Set.of(), List.of()));
    }
    return new Reach(statements);
  }

  private static Surroundings after(Surroundings now, Changes change) {
    List<Facts.Statement> uncommitted = now.uncommitted();
    if (change.ddl() != null) {
      uncommitted = new ArrayList<>(uncommitted);
      uncommitted.add(change.ddl());
    }
    return change.settings()
        ? new Surroundings(null, null, Surroundings.ANY_TEMP, uncommitted)
        : new Surroundings(now.searchPath(), now.currentUser(), now.tempSchema(), uncommitted);
  }

  private static Surroundings unsure(Surroundings now) {
    return new Surroundings(null, null, Surroundings.ANY_TEMP, now.uncommitted());
  }
}
