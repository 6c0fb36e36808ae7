package dev.stepgate.protocol.postgres.catalog;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an expression or query that the server keeps in its catalog leads to, by number.
 *
 * @param touched relations that are read or written
 * @param functions that are called, aggregates and window functions included
 * @param operators that are applied
 * @param types that values become: a domain's checks run
 * @param named relations whose number stands there as a constant, as in {@code nextval}
 * @param notifies whether it sends a notification
 */
record Deps(
    List<Touched> touched,
    Set<Long> functions,
    Set<Long> operators,
    Set<Long> types,
    Set<Long> named,
    boolean notifies) {

  static final int INSERT = 1;
  static final int SELECT = 2;
  static final int UPDATE = 4;
  static final int DELETE = 8;
  static final Deps NONE = new Deps(List.of(), Set.of(), Set.of(), Set.of(), Set.of(), false);

  /**
   * A relation, with the privileges that are needed on it (PostgreSQL's ACL bits) and the numbers
   * of the columns read and written; 0 is the whole row.
   */
  record Touched(long relation, int privileges, List<Integer> read, List<Integer> written) {}

  boolean isEmpty() {
    return touched.isEmpty()
        && functions.isEmpty()
        && operators.isEmpty()
        && types.isEmpty()
        && named.isEmpty()
        && !notifies;
  }

  /** Both. */
  Deps and(Deps other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    List<Touched> all = new ArrayList<>(touched);
    all.addAll(other.touched);
    return new Deps(
        all,
        union(functions, other.functions),
        union(operators, other.operators),
        union(types, other.types),
        union(named, other.named),
        notifies || other.notifies);
  }

  private static Set<Long> union(Set<Long> a, Set<Long> b) {
    Set<Long> union = new LinkedHashSet<>(a);
    union.addAll(b);
    return union;
  }

  /** Only the calls of these functions. */
  static Deps ofFunctions(Set<Long> functions) {
    return new Deps(List.of(), functions, Set.of(), Set.of(), Set.of(), false);
  }
}
