package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A function, procedure or aggregate of a snapshot. Filled while that is made, then unchanged. */
final class Routine {

  /** Extensions of PostgreSQL's own whose code in C computes and does nothing else. */
  private static final Set<String> COMPUTING =
      Set.of(
          "bloom",
          "btree_gin",
          "btree_gist",
          "citext",
          "cube",
          "earthdistance",
          "fuzzystrmatch",
          "hstore",
          "intarray",
          "isn",
          "ltree",
          "pg_trgm",
          "pgcrypto",
          "plpgsql",
          "seg",
          "tcn",
          "tsm_system_rows",
          "tsm_system_time",
          "unaccent",
          "uuid-ossp");

  final long oid;
  final String schema;
  final String name;
  final char kind;
  final String language;
  final String owner;
  final boolean definer;
  final List<Long> arguments;
  final long result;

  /** The settings that hold while it runs, as {@code name=value}. */
  final List<String> settings;

  /** The C function behind one that is the server's own. */
  final String source;

  /** What defaults of its arguments and, where the server keeps it so, its body lead to. */
  Deps deps = Deps.NONE;

  /** Whether its body is in {@link #deps}. */
  boolean bodyKnown;

  /** Its definition, where a grammar has to read it; null else. */
  final String definition;

  /** What was read of that: in more ways than one where a setting decides how it is read. */
  List<Facts> facts = List.of();

  /** The functions that an aggregate is made of. */
  final List<Long> parts = new ArrayList<>();

  String extension = "";

  Routine(
      long oid,
      String schema,
      String name,
      char kind,
      String language,
      String owner,
      boolean definer,
      List<Long> arguments,
      long result,
      List<String> settings,
      String source,
      String definition) {
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.kind = kind;
    this.language = language;
    this.owner = owner;
    this.definer = definer;
    this.arguments = arguments;
    this.result = result;
    this.settings = settings;
    this.source = source;
    this.definition = definition;
  }

  List<String> qualified() {
    return List.of(schema, name);
  }

  /** For a person. */
  String said() {
    return schema + "." + name;
  }

  /** Whether it is the server's own code. */
  boolean isBuiltin() {
    return oid < CatalogQueries.FIRST_USER_OID && isNative();
  }

  /** Whether it is in C, and known to compute only. */
  boolean isComputing() {
    return language.equals("c") && COMPUTING.contains(extension);
  }

  /** Whether it is in C, wherever from. */
  boolean isNative() {
    return language.equals("internal") || language.equals("c");
  }

  /** The value of a setting that holds while it runs, or null. */
  String setting(String name) {
    for (String setting : settings) {
      if (setting.startsWith(name + "=")) {
        return setting.substring(name.length() + 1);
      }
    }
    return null;
  }
}
