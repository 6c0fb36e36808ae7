package dev.stepgate.protocol.postgres.catalog;

import java.util.List;

/**
 * What is asked of a server, in the order of {@link Table}. Everything stands in pg_catalog and may
 * be read by every role; PostgreSQL 13 to 18 answer alike.
 */
final class CatalogQueries {

  /** The first number that belongs to no object of the server's own (FirstNormalObjectId). */
  static final long FIRST_USER_OID = 16384;

  private CatalogQueries() {}

  /** The answers' order. */
  enum Table {
    DATABASE(2, "SELECT current_database(), current_setting('server_version_num')"),
    SCHEMAS(
        3, "SELECT oid, nspname, has_schema_privilege('public', oid, 'USAGE') FROM pg_namespace"),
    USAGE(
        2,
        "SELECT n.oid, r.rolname FROM pg_namespace n CROSS JOIN pg_roles r"
            + " WHERE NOT has_schema_privilege('public', n.oid, 'USAGE')"
            + " AND n.nspname !~ '^pg_(toast|temp)' AND NOT r.rolsuper"
            + " AND has_schema_privilege(r.oid, n.oid, 'USAGE')"),
    SUPERUSERS(1, "SELECT rolname FROM pg_roles WHERE rolsuper"),
    RELATIONS(
        6,
        "SELECT oid, relnamespace, relname, relkind, relrowsecurity, reltype FROM pg_class"
            + " WHERE relkind IN ('r','p','v','m','S','f','c','i','I')"
            + " AND relnamespace <> 99"),
    COLUMNS(
        4,
        "SELECT a.attrelid, a.attnum, a.attname, a.atttypid FROM pg_attribute a JOIN pg_class c"
            + " ON c.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped"
            + " AND c.relkind IN ('r','p','v','m','f','c') AND c.relnamespace <> 99"
            + " ORDER BY a.attrelid, a.attnum"),
    PARENTS(2, "SELECT inhrelid, inhparent FROM pg_inherits"),
    RULES(
        6,
        "SELECT ev_class, rulename, ev_type, ev_enabled, ev_qual::text, ev_action::text"
            + " FROM pg_rewrite"),
    TRIGGERS(
        6,
        "SELECT tgrelid, tgname, tgfoid, tgtype, tgenabled, tgqual::text FROM pg_trigger"
            + " WHERE NOT tgisinternal OR tgfoid >= 16384"),
    CONSTRAINTS(
        11,
        "SELECT conrelid, contypid, conname, contype, confrelid, confupdtype, confdeltype,"
            + " array_to_string(conkey, ' '), array_to_string(confkey, ' '), conbin::text,"
            + " array_to_string(conexclop, ' ') FROM pg_constraint"
            + " WHERE contype IN ('f','c','x')"),
    DEFAULTS(
        4,
        "SELECT d.adrelid, d.adnum, a.attgenerated, d.adbin::text FROM pg_attrdef d"
            + " JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"),
    SEQUENCES(
        3,
        "SELECT refobjid, objid, refobjsubid FROM pg_depend WHERE classid = 'pg_class'::regclass"
            + " AND refclassid = 'pg_class'::regclass AND deptype IN ('a','i')"
            + " AND refobjsubid > 0 AND objsubid = 0 AND objid IN"
            + " (SELECT oid FROM pg_class WHERE relkind = 'S')"),
    INDEXES(
        3,
        "SELECT indrelid, indexrelid, coalesce(indexprs::text, '') || ' '"
            + " || coalesce(indpred::text, '') FROM pg_index"
            + " WHERE indexprs IS NOT NULL OR indpred IS NOT NULL"),
    PARTITIONING(
        2,
        "SELECT partrelid, partexprs::text FROM pg_partitioned_table WHERE partexprs IS NOT NULL"),
    POLICIES(
        3,
        "SELECT polrelid, polname, coalesce(polqual::text, '') || ' '"
            + " || coalesce(polwithcheck::text, '') FROM pg_policy"),
    FUNCTIONS(
        14,
        "SELECT p.oid, p.pronamespace, p.proname, p.prokind, l.lanname, pg_get_userbyid(p.proowner),"
            + " p.prosecdef, array_to_string(p.proargtypes, ' '), p.prorettype,"
            + " array_to_string(p.proconfig, E'\\x01'), CASE WHEN l.lanname IN ('internal','c')"
            + " THEN p.prosrc END, p.proargdefaults::text,"
            + " CASE WHEN l.lanname = 'sql' THEN to_jsonb(p) ->> 'prosqlbody' END,"
            + " CASE WHEN l.lanname IN ('sql','plpgsql') AND p.prokind IN ('f','p','w')"
            + " THEN pg_get_functiondef(p.oid) END"
            + " FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"),
    MEMBERS(
        2,
        "SELECT d.objid, e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid"
            + " WHERE d.deptype = 'e' AND d.classid = 'pg_proc'::regclass"
            + " AND d.refclassid = 'pg_extension'::regclass"),
    AGGREGATES(
        2,
        "SELECT aggfnoid::oid, concat_ws(' ', aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid,"
            + " aggserialfn::oid, aggdeserialfn::oid, aggmtransfn::oid, aggminvtransfn::oid,"
            + " aggmfinalfn::oid) FROM pg_aggregate WHERE aggfnoid >= 16384"),
    OPERATORS(
        4,
        "SELECT oid, oprnamespace, oprname, oprcode::oid FROM pg_operator"
            + " WHERE oid >= 16384 OR oprcode >= 16384"),
    CASTS(
        4,
        "SELECT castsource, casttarget, castfunc, castcontext FROM pg_cast WHERE castfunc >= 16384"),
    TYPES(
        6,
        "SELECT oid, typnamespace, typname, typtype, typbasetype, typelem FROM pg_type"
            + " WHERE typtype IN ('b','c','d','e','r','m','p') AND NOT (typtype = 'b' AND typelem <> 0"
            + " AND typname LIKE '\\_%' AND oid < 16384)"),
    AMBIENT(
        1,
        "SELECT amproc::oid FROM pg_amproc WHERE amproc >= 16384"
            + " UNION SELECT oprcode::oid FROM pg_amop JOIN pg_operator o ON o.oid = amopopr"
            + " WHERE oprcode >= 16384"
            + " UNION SELECT rngsubdiff::oid FROM pg_range WHERE rngsubdiff >= 16384"),
    EVENTS(4, "SELECT evtname, evtevent, evtfoid, evtenabled FROM pg_event_trigger");

    private final int columns;
    private final String sql;

    Table(int columns, String sql) {
      this.columns = columns;
      this.sql = sql;
    }

    /** How many columns an answer has. */
    int columns() {
      return columns;
    }
  }

  /** All of them, in order. */
  static List<String> all() {
    return List.of(Table.values()).stream().map(table -> table.sql).toList();
  }

  /**
   * A digest that changes with every change of what is read: a row that is new or changed has a
   * higher xmin than any that went, so that at the same number of rows the sum has grown. Tables of
   * sessions alone do not count: they come and go, and only their session can name them.
   */
  static final String DIGEST =
      "SELECT concat_ws(' ', current_database(),"
          + sum("pg_namespace", "nspname !~ '^pg_(toast_)?temp'")
          + sum("pg_class", "relpersistence <> 't'")
          + "(SELECT concat_ws(':', count(*), sum(a.xmin::text::int8)) FROM pg_attribute a"
          + " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relpersistence <> 't'),"
          + sum("pg_inherits", "true")
          + sum("pg_rewrite", "true")
          + sum("pg_trigger", "true")
          + sum("pg_constraint", "true")
          + sum("pg_attrdef", "true")
          + sum("pg_index", "true")
          + sum("pg_policy", "true")
          + sum("pg_proc", "true")
          + sum("pg_aggregate", "true")
          + sum("pg_operator", "true")
          + sum("pg_cast", "true")
          + sum("pg_type", "true")
          + sum("pg_amproc", "true")
          + sum("pg_extension", "true")
          + sum("pg_auth_members", "true")
          + "(SELECT md5(string_agg(rolname || rolsuper::text || rolinherit::text, ' '"
          + " ORDER BY oid)) FROM pg_roles),"
          + sum("pg_event_trigger", "true").replaceFirst(",$", "")
          + ")";

  private static String sum(String table, String where) {
    return "(SELECT concat_ws(':', count(*), sum(xmin::text::int8)) FROM "
        + table
        + " WHERE "
        + where
        + "),";
  }
}
