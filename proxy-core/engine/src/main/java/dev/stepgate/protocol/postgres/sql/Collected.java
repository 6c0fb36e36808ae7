package dev.stepgate.protocol.postgres.sql;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts.ColumnUse;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Part;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.operation.Facts.Statement;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Facts.Where;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What has been found of one statement so far. Each thing is held once. */
final class Collected {

  /** More of anything than this, and nobody would read it: {@link Gap.Reason#TOO_COMPLEX}. */
  private static final int MOST = 10_000;

  /** How many relations all columns together may belong to. */
  private static final int MOST_CANDIDATES = 50_000;

  /** There is too much to read. */
  static final class TooMuchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooMuchException() {
      super("it has too many columns of too many relations", null, false, false);
    }
  }

  private final Set<Use> uses = new LinkedHashSet<>();
  private final Set<ColumnUse> columns = new LinkedHashSet<>();
  private final Set<Reference> references = new LinkedHashSet<>();
  private final Set<Setting> settings = new LinkedHashSet<>();
  private final Set<Gap> gaps = new LinkedHashSet<>();
  private int candidates;
  private boolean constantsMatter;
  private boolean later;
  private boolean explained;

  /** Does {@code reading} of something that does not happen now. */
  void later(Runnable reading) {
    boolean before = later;
    later = true;
    reading.run();
    later = before;
  }

  /** Does {@code reading} of something that is planned and not done. */
  void explained(Runnable reading) {
    boolean before = explained;
    explained = true;
    reading.run();
    explained = before;
  }

  void use(Effect effect) {
    use(effect, "", List.of());
  }

  /** An effect on nothing that is named, unless it is there with a name. */
  void atLeast(Effect effect) {
    if (uses.stream().noneMatch(use -> use.effect() == effect && !use.later())) {
      use(effect);
    }
  }

  /** Whether anything but a schema has a name without one. */
  boolean hasUnqualified() {
    return uses.stream().anyMatch(use -> use.name().size() == 1 && !use.kind().equals("schema"));
  }

  void use(Effect effect, String kind, List<String> name) {
    use(effect, kind, name, Where.NOT_APPLICABLE);
  }

  void use(Effect effect, String kind, List<String> name, Where where) {
    if (explained) {
      add(uses, new Use(Effect.EXPLAIN, kind, name, Where.NOT_APPLICABLE, later));
    } else {
      add(uses, new Use(effect, kind, name, where, later));
    }
  }

  void column(List<List<String>> relations, boolean certain, String column, Part part) {
    candidates += relations.size();
    if (candidates > MOST_CANDIDATES) {
      throw new TooMuchException();
    }
    if (!relations.isEmpty() && !explained) {
      add(columns, new ColumnUse(relations, certain && relations.size() == 1, column, part, later));
    }
  }

  void reference(Reference.Kind kind, List<String> name) {
    if (!name.isEmpty()) {
      add(references, new Reference(kind, name, later));
    }
  }

  void setting(String name, String value, Setting.Scope scope) {
    if (!explained) {
      add(settings, new Setting(name, value, scope, later));
    }
  }

  void gap(Gap.Reason reason, String detail) {
    if (gaps.size() < MOST) {
      gaps.add(new Gap(reason, detail, later));
    }
  }

  /** What was read depends on constants, so that text without them is not enough. */
  void constantsMatter() {
    constantsMatter = true;
  }

  /** Whether what is being read does not happen now. */
  boolean isLater() {
    return later;
  }

  boolean doConstantsMatter() {
    return constantsMatter;
  }

  Statement statement(String kind) {
    return new Statement(
        kind,
        List.copyOf(uses),
        List.copyOf(columns),
        List.copyOf(references),
        List.copyOf(settings),
        List.copyOf(gaps));
  }

  private <T> void add(Set<T> set, T thing) {
    if (set.size() < MOST) {
      set.add(thing);
    } else {
      gap(Gap.Reason.TOO_COMPLEX, "it names more than " + MOST + " things");
    }
  }
}
