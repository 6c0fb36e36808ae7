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
