package dev.stepgate.protocol.postgres.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A relation of a snapshot, with what hangs on it. Filled while the snapshot is made, and never
 * changed after.
 */
final class Relation {

  static final char VIEW = 'v';
  static final char MATERIALIZED_VIEW = 'm';
  static final char FOREIGN_TABLE = 'f';
  static final char PARTITIONED = 'p';
  static final char SEQUENCE = 'S';

  /** pg_rewrite's words for events. */
  static final char ON_SELECT = '1';

  /** pg_trigger's bits. */
  static final int ROW = 1;

  static final int BEFORE = 2;
  static final int INSERT = 4;
  static final int DELETE = 8;
  static final int UPDATE = 16;
  static final int TRUNCATE = 32;
  static final int INSTEAD = 64;

  /** A rule: its event ({@code 1} select, {@code 2} update, {@code 3} insert, {@code 4} delete). */
  record Rule(String name, char event, Deps deps) {}

  /** A trigger: its function, its bits, what its WHEN leads to. */
  record Trigger(String name, long function, int bits, Deps when) {}

  /**
   * A foreign key.
   *
   * @param from the referencing relation
   * @param to the referenced one
   * @param onUpdate {@code a} nothing, {@code r} restrict, {@code c} cascade, {@code n} set null,
   *     {@code d} set default
   * @param onDelete the same
   */
  record ForeignKey(
      String name,
      Relation from,
      Relation to,
      char onUpdate,
      char onDelete,
      Set<String> fromColumns,
      Set<String> toColumns) {}

  final long oid;
  final String schema;
  final String name;
  final char kind;
  final boolean rowSecurity;
  final long rowType;

  /** Names by number, in order. */
  final Map<Integer, String> columns = new LinkedHashMap<>();

  final Map<String, Long> columnTypes = new LinkedHashMap<>();
  final List<Relation> children = new ArrayList<>();
  final List<Rule> rules = new ArrayList<>();
  final List<Trigger> triggers = new ArrayList<>();
  final List<ForeignKey> references = new ArrayList<>();
  final List<ForeignKey> referencedBy = new ArrayList<>();

  /** The sequences that belong to its columns. */
  final Map<String, Relation> sequences = new LinkedHashMap<>();

  /** What a column's default runs: where rows come, or it is set to its default. */
  final Map<String, Deps> defaults = new LinkedHashMap<>();

  /** What runs wherever a row is written: checks, indexes, generated columns, domains. */
  Deps written = Deps.NONE;

  /** What runs where a row is read: generated columns that are not stored. */
  Deps read = Deps.NONE;

  /** What decides on rows. */
  Deps policies = Deps.NONE;

  Relation(long oid, String schema, String name, char kind, boolean rowSecurity, long rowType) {
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.kind = kind;
    this.rowSecurity = rowSecurity;
    this.rowType = rowType;
  }

  /** Whether it has triggers or rules that do not fire now. */
  boolean hasDisabled;

  /** Schema and name; what is temporary is in {@code pg_temp}, whosever it is. */
  List<String> qualified() {
    return List.of(schema.startsWith("pg_temp_") ? Surroundings.ANY_TEMP : schema, name);
  }

  /** For a person. */
  String said() {
    return String.join(".", qualified());
  }

  /** As rules name its sort. */
  String word() {
    return switch (kind) {
      case VIEW -> "view";
      case MATERIALIZED_VIEW -> "materialized view";
      case FOREIGN_TABLE -> "foreign table";
      case SEQUENCE -> "sequence";
      case 'i', 'I' -> "index";
      case 'c' -> "type";
      default -> "table";
    };
  }

  /** What its query leads to, where it has one. */
  Deps query() {
    Deps deps = Deps.NONE;
    for (Rule rule : rules) {
      if (rule.event() == ON_SELECT) {
        deps = deps.and(rule.deps());
      }
    }
    return deps;
  }

  /** Whether a trigger stands in for one of {@code bits}. */
  boolean isInstead(int bits) {
    return triggers.stream()
        .anyMatch(trigger -> (trigger.bits() & INSTEAD) != 0 && (trigger.bits() & bits) != 0);
  }

  boolean hasBefore(int bits) {
    return triggers.stream()
        .anyMatch(trigger -> (trigger.bits() & BEFORE) != 0 && (trigger.bits() & bits) != 0);
  }
}
