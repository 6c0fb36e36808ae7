package dev.stepgate.protocol.postgres.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What names mean at one place of a statement: the items of FROM and the WITH queries that are
 * visible there, inner ones first.
 */
final class Scope {

  /**
   * One item of FROM.
   *
   * @param relations the named relations whose columns it shows
   * @param plain whether it is one relation under its columns' own names
   * @param renamed whether its columns have other names here than in their relation
   */
  record Item(List<List<String>> relations, boolean plain, boolean renamed) {
    static final Item OPAQUE = new Item(List.of(), false, false);

    /** This and another of the same name: tables of two schemas may stand beside each other. */
    Item and(Item other) {
      List<List<String>> both = new ArrayList<>(relations);
      both.addAll(other.relations);
      return new Item(both.stream().distinct().toList(), false, renamed || other.renamed);
    }
  }

  private final Scope outer;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final Set<String> queries = new HashSet<>();
  private final boolean variables;
  private int unnamed;

  private Scope(Scope outer, boolean variables) {
    this.outer = outer;
    this.variables = variables;
  }

  /** Nothing is visible. With {@code variables}, a name may also be a variable of a body. */
  static Scope top(boolean variables) {
    return new Scope(null, variables);
  }

  /** A scope inside this one. */
  Scope inner() {
    return new Scope(this, variables);
  }

  Scope outer() {
    return outer;
  }

  boolean variables() {
    return variables;
  }

  /** Makes a WITH query visible. */
  void addQuery(String name) {
    queries.add(name);
  }

  /** Makes an item of FROM visible; without a name only its columns are. */
  void add(String alias, Item item) {
    items.merge(alias.isEmpty() ? " " + unnamed++ : alias, item, Item::and);
  }

  boolean isQuery(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.queries.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The innermost item of that name, or null. */
  Item item(String alias) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Item item = scope.items.get(alias);
      if (item != null) {
        return item;
      }
    }
    return null;
  }

  /** The items of this scope alone. */
  List<Item> own() {
    return List.copyOf(items.values());
  }

  /** All visible items, inner ones first. */
  List<Item> visible() {
    List<Item> all = new ArrayList<>();
    for (Scope scope = this; scope != null; scope = scope.outer) {
      all.addAll(scope.items.values());
    }
    return all;
  }

  /** The relations behind all visible items. */
  List<List<String>> relations() {
    List<List<String>> relations = new ArrayList<>();
    visible().forEach(item -> item.relations().forEach(relations::add));
    return relations.stream().distinct().toList();
  }
}
