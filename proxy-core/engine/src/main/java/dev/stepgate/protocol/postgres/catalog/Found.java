package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one statement has been found to come to so far. Each thing is held once. */
final class Found {

  /** More of anything than this, and nobody would read it. */
  private static final int MOST = 5_000;

  private record Key(Effect effect, String kind, List<String> name, Where where) {}

  private final Map<Key, Reach.Use> uses = new LinkedHashMap<>();
  private final Set<Reach.Column> columns = new LinkedHashSet<>();
  private final Set<List<String>> functions = new LinkedHashSet<>();
  private final Set<Reach.Unknown> unknown = new LinkedHashSet<>();
  private boolean moved;

  /** An effect on something; what led to it first is kept. */
  void use(Effect effect, String kind, List<String> name, Where where, List<String> via) {
    if (uses.size() < MOST) {
      uses.putIfAbsent(
          new Key(effect, kind, name, where), new Reach.Use(effect, kind, name, where, via));
    } else {
      unknown(Reason.TOO_COMPLEX, "it has more than " + MOST + " effects");
    }
  }

  void column(Relation relation, String column, Part part) {
    if (columns.size() < MOST) {
      columns.add(new Reach.Column(relation.qualified(), column, part));
    } else {
      unknown(Reason.TOO_COMPLEX, "it names more than " + MOST + " columns");
    }
  }

  void function(Routine routine) {
    if (functions.size() < MOST) {
      functions.add(routine.qualified());
    } else {
      unknown(Reason.TOO_COMPLEX, "it runs more than " + MOST + " functions");
    }
  }

  void unknown(Reason reason, String detail) {
    if (unknown.size() < MOST) {
      unknown.add(new Reach.Unknown(reason, detail));
    }
  }

  /** The search path, or who looks, changes while it runs. */
  void moves() {
    moved = true;
  }

  boolean isMoved() {
    return moved;
  }

  Reach.Statement statement() {
    return new Reach.Statement(
        List.copyOf(uses.values()), List.copyOf(columns), functions, new ArrayList<>(unknown));
  }
}
