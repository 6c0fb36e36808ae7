package dev.stepgate.protocol.postgres.catalog;

import java.util.List;

/** A type of a snapshot. Filled while that is made, then unchanged. */
final class Type {

  final long oid;
  final String schema;
  final String name;
  final char sort;

  /** What a domain is over, or 0. */
  final long base;

  /** What an array holds, or 0. */
  final long element;

  /** What runs when a value becomes one of it, types within included. */
  Deps checks = Deps.NONE;

  Type(long oid, String schema, String name, char sort, long base, long element) {
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.sort = sort;
    this.base = base;
    this.element = element;
  }

  List<String> qualified() {
    return List.of(schema.startsWith("pg_temp_") ? Surroundings.ANY_TEMP : schema, name);
  }
}
