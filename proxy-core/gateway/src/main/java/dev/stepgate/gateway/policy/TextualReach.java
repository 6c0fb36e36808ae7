package dev.stepgate.gateway.policy;

import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a statement comes to as far as its text and an excerpt of a catalog tell: names without a
 * schema lie in the excerpt's, functions without one in {@code pg_catalog}, and behind what the
 * excerpt does not name stands nothing. Good for testing rules; a gateway asks the real catalog.
 */
public final class TextualReach {

  private static final String ALL = "*";
  private static final Set<String> IN_NO_SCHEMA =
      Set.of(
          "",
          "schema",
          "role",
          "database",
          "extension",
          "language",
          "event trigger",
          "fdw",
          "foreign server",
          "user mapping",
          "publication",
          "subscription",
          "tablespace",
          "setting",
          "cursor",
          "prepared statement",
          "channel",
          "all in schema",
          "owned by role",
          "access method",
          "library",
          "default privileges",
          "cast",
          "transform");

  private final Excerpt excerpt;
  private final boolean columnsMatter;

  /**
   * By this excerpt.
   *
   * @param columnsMatter whether a rule speaks of columns, so that not to know them is not to know
   */
  public TextualReach(Excerpt excerpt, boolean columnsMatter) {
    this.excerpt = excerpt;
    this.columnsMatter = columnsMatter;
  }

  /** What the facts come to. */
  public Reach of(Facts facts) {
    return new Reach(facts.statements().stream().map(this::statement).toList());
  }

  private Reach.Statement statement(Facts.Statement facts) {
    Set<Reach.Use> uses = new LinkedHashSet<>();
    for (Facts.Use use : facts.uses()) {
      if (!use.later()) {
        use(use, uses);
      }
    }
    List<Reach.Column> columns = new ArrayList<>();
    List<Reach.Unknown> unknown = new ArrayList<>();
    for (Facts.ColumnUse column : facts.columns()) {
      if (!column.later()) {
        column(column, columns, unknown);
      }
    }
    if (facts.gaps().stream().anyMatch(gap -> gap.reason() == Facts.Gap.Reason.CALL)) {
      unknown.add(new Reach.Unknown(Reach.Unknown.Reason.CODE, "what the procedure does"));
    }
    Set<List<String>> functions = new LinkedHashSet<>();
    for (Facts.Reference reference : facts.references()) {
      if (!reference.later() && reference.kind() == Facts.Reference.Kind.FUNCTION) {
        functions.add(qualified(reference.name(), "pg_catalog"));
      }
    }
    return new Reach.Statement(List.copyOf(uses), columns, functions, unknown);
  }

  private void use(Facts.Use use, Set<Reach.Use> uses) {
    boolean named = !use.name().isEmpty() && !IN_NO_SCHEMA.contains(use.kind());
    List<String> name = named ? qualified(use.name(), excerpt.schema()) : use.name();
    List<List<String>> behind = excerpt.views().get(name);
    String kind = behind != null ? "view" : use.kind().equals("relation") ? "table" : use.kind();
    uses.add(new Reach.Use(use.effect(), kind, name, use.where(), List.of()));
    if (behind != null && use.effect() == Effect.SELECT) {
      String via = "view " + String.join(".", name);
      behind.forEach(
          table ->
              uses.add(
                  new Reach.Use(
                      Effect.SELECT, "table", table, Facts.Where.NOT_APPLICABLE, List.of(via))));
    }
  }

  private void column(
      Facts.ColumnUse column, List<Reach.Column> columns, List<Reach.Unknown> unknown) {
    for (List<String> relation : column.relations()) {
      List<String> name = qualified(relation, excerpt.schema());
      List<String> known = excerpt.tables().get(name);
      if (known == null && column.column().equals(ALL) && !columnsMatter) {
        continue;
      }
      if (known == null && column.column().equals(ALL)) {
        unknown.add(
            new Reach.Unknown(
                Reach.Unknown.Reason.NO_CATALOG,
                "the columns of " + String.join(".", name) + " are not declared"));
      } else if (column.column().equals(ALL)) {
        known.forEach(one -> columns.add(new Reach.Column(name, one, column.part())));
      } else if (known == null || column.certain() || known.contains(column.column())) {
        columns.add(new Reach.Column(name, column.column(), column.part()));
      }
    }
  }

  private static List<String> qualified(List<String> name, String schema) {
    return name.size() == 1 ? List.of(schema, name.get(0)) : name;
  }
}
