package dev.stepgate.e2e;

import java.util.List;
import java.util.Random;

/**
 * Statements that a server with {@link #TABLES} runs, from a seed: nested, quoted, commented and
 * aliased in ways that make it easy to mistake what they touch.
 */
final class RandomStatements {

  /**
   * All with the columns {@code id}, {@code k}, {@code v}; id is the key, and no rows are there.
   */
  static final List<String> TABLES = List.of("a", "b", "c", "\"D\"", "app.a", "app.\"sel ect\"");

  private final Random random;
  private int names;

  RandomStatements(long seed) {
    random = new Random(seed);
  }

  String next() {
    String statement =
        switch (random.nextInt(18)) {
          case 0, 1, 2, 3 -> query(3);
          case 4 -> "INSERT INTO " + table() + " (id, k) " + twoColumns(2) + returning();
          case 5 -> "INSERT INTO " + table() + " VALUES (1, 2, 'x')" + conflict();
          case 6 -> update();
          case 7 -> delete();
          case 8 -> merge();
          case 9 -> "WITH w AS (" + delete() + " RETURNING id) SELECT * FROM w, " + item(1);
          case 10 -> "EXPLAIN " + pick("", "ANALYZE ", "(ANALYZE, COSTS off) ") + query(2);
          case 11 -> "TRUNCATE " + table() + pick("", ", " + table());
          case 12 -> "LOCK TABLE " + table() + pick("", " IN ACCESS EXCLUSIVE MODE NOWAIT");
          case 13 -> "DO $x$BEGIN " + delete() + "; PERFORM 1 FROM " + table() + "; END$x$";
          case 15 ->
              "SELECT 1 FROM " + item(2) + ", " + item(1) + " FOR " + pick("UPDATE", "SHARE");
          case 16 -> "CREATE VIEW made AS " + query(2);
          case 14 -> "CREATE TABLE made AS " + query(2);
          default -> pick("DROP TABLE " + table(), "ALTER TABLE " + table() + " ADD COLUMN z int");
        };
    return comments(statement);
  }

  /** A query or a write that takes no lock on a table but what rows need. */
  String query() {
    String statement =
        switch (random.nextInt(8)) {
          case 0 -> update() + pick("", " RETURNING t0.*", " RETURNING t0.k");
          case 1 -> delete() + pick("", " RETURNING t0.v");
          case 2 -> merge();
          case 3 -> "INSERT INTO " + table() + " (id, k) " + twoColumns(2) + returning();
          case 4 -> "WITH w AS (" + columns(1) + ") SELECT w.*, w FROM w ORDER BY 1";
          default -> columns(2);
        };
    return comments(statement);
  }

  /** Columns named in all the ways there are. */
  private String columns(int depth) {
    String from =
        pick(
            table() + " x, " + table() + " y",
            table() + " x JOIN " + table() + " y USING (id)",
            table() + " x JOIN " + table() + " y USING (id, k) ",
            table() + " x NATURAL JOIN " + table() + " y",
            table() + " x LEFT JOIN " + table() + " y ON x.k = y.id",
            table() + " x (id, k, v) CROSS JOIN " + table() + " y",
            table() + " x, LATERAL (SELECT y.k AS id, x.v FROM " + table() + " y) y",
            "(SELECT id, v FROM " + table() + " z) x, (SELECT k AS id FROM " + table() + ") y");
    String output =
        pick(
            "x.id",
            "x.id AS renamed, y.id",
            "x.*",
            "*",
            "x",
            "(x).id",
            "count(*)",
            "max(x.id) OVER (PARTITION BY y.id)",
            "(SELECT q.v FROM " + table() + " q WHERE q.id = x.id LIMIT 1)",
            "(SELECT k FROM " + table() + " q WHERE x.id = y.id LIMIT 1)");
    String where =
        pick(
            "",
            " WHERE x.id = 1",
            " WHERE EXISTS (SELECT FROM " + table() + " q WHERE q.k = x.id)",
            " WHERE (x.id, y.id) IN (SELECT k, id FROM " + table() + ")");
    String set = depth > 1 && random.nextInt(5) == 0 ? " UNION " + columns(depth - 1) : "";
    return "SELECT " + output + " FROM " + from + where + set;
  }

  private String update() {
    String with = random.nextInt(4) == 0 ? "WITH x AS (" + query(1) + ") " : "";
    return with
        + "UPDATE "
        + table()
        + " AS t0 SET v = "
        + value(1)
        + pick("", " FROM " + item(1))
        + where("t0", 1);
  }

  private String delete() {
    return "DELETE FROM " + table() + " t0" + pick("", " USING " + item(1)) + where("t0", 1);
  }

  private String merge() {
    return "MERGE INTO "
        + table()
        + " m USING "
        + table()
        + " s ON m.id = s.id WHEN MATCHED THEN "
        + pick("DELETE", "UPDATE SET k = s.k", "DO NOTHING")
        + pick("", " WHEN NOT MATCHED THEN INSERT (id, k) VALUES (s.id, s.k)");
  }

  private String conflict() {
    return pick(
        "",
        " ON CONFLICT DO NOTHING",
        " ON CONFLICT (id) DO UPDATE SET k = excluded.k WHERE EXISTS (" + query(1) + ")");
  }

  private String returning() {
    return pick("", " RETURNING id, (SELECT max(k) FROM " + table() + ")");
  }

  private String query(int depth) {
    String with = "";
    if (depth > 1 && random.nextInt(4) == 0) {
      String name = pick("w", "a", "b");
      with = "WITH " + name + " AS (" + twoColumns(depth - 1) + ") ";
    }
    String set = depth > 1 && random.nextInt(6) == 0 ? " UNION ALL " + oneColumn(depth - 1) : "";
    return with + oneColumn(depth) + set;
  }

  private String oneColumn(int depth) {
    if (random.nextInt(12) == 0) {
      return "VALUES (" + value(depth - 1) + "::text)";
    }
    return "SELECT "
        + value(depth - 1)
        + "::text FROM "
        + item(depth)
        + pick("", " CROSS JOIN " + item(depth - 1))
        + pick("", " WHERE " + condition(depth - 1));
  }

  private String twoColumns(int depth) {
    return "SELECT i0.id, 1 AS k FROM " + table() + " i0" + where("i0", depth - 1);
  }

  private String item(int depth) {
    String alias = " AS " + pick("i", "a", "\"from\"") + names++;
    if (depth <= 0 || random.nextInt(3) > 0) {
      return pick("", "ONLY ") + table() + alias;
    }
    return "(" + twoColumns(depth - 1) + ")" + alias;
  }

  private String where(String alias, int depth) {
    return pick("", " WHERE true", " WHERE " + alias + ".id = 5", " WHERE " + condition(depth));
  }

  private String condition(int depth) {
    return depth <= 0 ? "1 = 1" : pick("EXISTS (", "NOT EXISTS (") + query(depth) + ")";
  }

  private String value(int depth) {
    if (depth <= 0 || random.nextInt(2) == 0) {
      return pick("'x'", "'; DROP TABLE a; --'", "E'\\''", "$$a$$", "U&'\\0061'", "NULL");
    }
    return "(SELECT max(k)::text FROM " + table() + ")";
  }

  private String table() {
    return TABLES.get(random.nextInt(TABLES.size()));
  }

  /** Blanks become comments here and there, unless a string is near. */
  private String comments(String statement) {
    if (random.nextInt(3) > 0 || statement.contains("'") || statement.contains("\"")) {
      return statement;
    }
    return statement.replaceFirst(" ", pick("/* ' */", " -- \"\n ", "\n\t", "/*/* */*/"));
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
