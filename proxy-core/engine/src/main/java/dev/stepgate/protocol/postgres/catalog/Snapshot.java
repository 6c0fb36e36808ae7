package dev.stepgate.protocol.postgres.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One database's catalog at one moment, indexed by number and by name. Filled by {@link Assembly},
 * then never changed.
 */
final class Snapshot {

  /** An operator with a function that is not the server's own. */
  record Operator(String schema, String name, long function) {}

  /** A cast by a function that is not the server's own; implicit where nobody has to write it. */
  record Cast(long source, long target, long function, boolean implicit) {}

  /** What runs when definitions change. */
  record EventTrigger(String name, String event, long function) {}

  String database = "";
  int version;
  final Map<Long, Relation> relations = new HashMap<>();
  final Map<Long, Routine> routines = new HashMap<>();
  final Map<Long, Type> types = new HashMap<>();
  final Map<Long, Operator> operators = new HashMap<>();
  final Map<String, Map<String, Relation>> relationsByName = new HashMap<>();
  final Map<String, Map<String, List<Routine>>> routinesByName = new HashMap<>();
  final Map<String, Map<String, Type>> typesByName = new HashMap<>();
  final Map<String, List<Operator>> operatorsByName = new HashMap<>();
  final List<Cast> casts = new ArrayList<>();
  final List<EventTrigger> events = new ArrayList<>();

  /** Functions that comparing and sorting may run without anybody naming them. */
  final Set<Long> ambient = new HashSet<>();

  /** Types whose values run something as they are made. */
  final List<Type> checked = new ArrayList<>();

  /** For each schema, whether everybody may use it. */
  final Map<String, Boolean> schemas = new LinkedHashMap<>();

  final Map<String, Set<String>> users = new HashMap<>();
  final Set<String> superusers = new HashSet<>();

  /** Relations by what their queries read, for what a DROP takes along. */
  final Map<Long, Set<Relation>> dependents = new HashMap<>();

  boolean hasSchema(String name) {
    return schemas.containsKey(name);
  }

  List<String> temporarySchemas() {
    return schemas.keySet().stream().filter(name -> name.startsWith("pg_temp_")).toList();
  }

  /** Whether {@code user} may use a schema; null where that is not known. */
  Boolean isUsable(String schema, String user) {
    if (Boolean.TRUE.equals(schemas.get(schema))) {
      return true;
    }
    if (user == null) {
      return null;
    }
    return superusers.contains(user) || users.getOrDefault(schema, Set.of()).contains(user);
  }

  /** The relations that a name may mean. */
  List<Relation> relations(List<String> name, Path path) {
    return find(name, path, relationsByName);
  }

  /** The types that a name may mean. */
  List<Type> types(List<String> name, Path path) {
    return find(name, path, typesByName);
  }

  /** The functions that a name may mean, whatever their arguments. */
  List<Routine> routines(List<String> name, Path path) {
    List<Routine> found = new ArrayList<>();
    String last = name.get(name.size() - 1);
    for (String schema : functionSchemas(name, path, routinesByName)) {
      found.addAll(routinesByName.getOrDefault(schema, Map.of()).getOrDefault(last, List.of()));
    }
    return found;
  }

  /** The operators that a name may mean, of those with a function of somebody's own. */
  List<Operator> operators(List<String> name, Path path) {
    List<Operator> named = operatorsByName.getOrDefault(name.get(name.size() - 1), List.of());
    if (named.isEmpty() || (name.size() == 1 && path.isAnywhere())) {
      return named;
    }
    Set<String> schemas = new HashSet<>(functionSchemas(name, path, Map.of()));
    return named.stream().filter(operator -> schemas.contains(operator.schema())).toList();
  }

  /** Functions and operators are looked for in all schemas of the path, but in no temporary one. */
  private List<String> functionSchemas(
      List<String> name, Path path, Map<String, ? extends Map<String, ?>> places) {
    if (name.size() > 1) {
      return schema(name, path);
    }
    if (path.isAnywhere()) {
      return List.copyOf(places.keySet());
    }
    return path.steps(this).stream()
        .map(Path.Step::schema)
        .filter(schema -> !schema.startsWith("pg_temp_"))
        .distinct()
        .toList();
  }

  /** The schemas that a qualified name may name. */
  private List<String> schema(List<String> name, Path path) {
    if (name.size() > 3 || (name.size() == 3 && !name.get(0).equals(database))) {
      return List.of();
    }
    String schema = name.get(name.size() - 2);
    if (!schema.equals(Surroundings.ANY_TEMP)) {
      return List.of(schema);
    }
    if (path.temp() == null) {
      return List.of();
    }
    return path.temp().equals(Surroundings.ANY_TEMP) ? temporarySchemas() : List.of(path.temp());
  }

  private <T> List<T> find(List<String> name, Path path, Map<String, Map<String, T>> places) {
    List<T> found = new ArrayList<>();
    String last = name.get(name.size() - 1);
    if (name.size() > 1) {
      for (String schema : schema(name, path)) {
        add(places.getOrDefault(schema, Map.of()).get(last), found);
      }
      return found;
    }
    if (path.isAnywhere()) {
      places.values().forEach(place -> add(place.get(last), found));
      return found;
    }
    for (Path.Step step : path.steps(this)) {
      T one = places.getOrDefault(step.schema(), Map.of()).get(last);
      add(one, found);
      if (one != null && step.sure()) {
        return found;
      }
    }
    return found;
  }

  private static <T> void add(T one, List<T> found) {
    if (one != null && !found.contains(one)) {
      found.add(one);
    }
  }
}
