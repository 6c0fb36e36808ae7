package dev.stepgate.e2e;

import java.util.List;
import java.util.Random;

/** Statements over {@link ReachSchema}, from a seed. */
final class ReachStatements {

  /** All have the columns {@code id} and {@code v}. */
  private static final List<String> PLAIN =
      List.of(
          "app.scratch",
          "scratch",
          "inbox",
          "app.inbox",
          "alt.only_alt",
          "\"Mixed Case\"",
          "app.events",
          "events_high",
          "events_low",
          "app.base",
          "derived",
          "mine",
          "pg_temp.mine",
          "v4",
          "app.v5",
          "v6",
          "app.v1",
          "numbered",
          "app.orders",
          "orders");

  private final Random random;

  ReachStatements(long seed) {
    random = new Random(seed);
  }

  /** The next one's search path. */
  String path() {
    return pick(
        "app, public", "alt, app", "\"$user\", app, alt", "pg_catalog, app", "app, pg_temp");
  }

  String next() {
    return switch (random.nextInt(22)) {
      case 0, 1, 2 -> select(2);
      case 3, 4 -> "INSERT INTO " + plain() + " (id, v) " + source() + returning();
      case 5, 6 -> "UPDATE " + plain() + " AS t SET v = " + text() + where() + returning();
      case 7, 8 -> "DELETE FROM " + plain() + " AS t" + where() + returning();
      case 9 -> "DELETE FROM " + pick("app.customers", "items", "self", "app.orders") + key();
      case 10 -> "UPDATE " + pick("app.customers", "app.orders") + " SET id = id + 100" + key();
      case 11 -> "UPDATE customers SET name = " + text();
      case 12 ->
          "INSERT INTO app.items VALUES (" + number() + ", " + pick("1", "2", "NULL") + ", 7)";
      case 13 -> "INSERT INTO app.checked (id) VALUES (" + number() + ")";
      case 14 -> "SELECT " + call() + " FROM " + plain() + " AS t";
      case 15 -> "CALL " + pick("app.", "") + "sweep()";
      case 16 -> "DO $x$BEGIN PERFORM " + call() + "; " + write() + "; END$x$";
      case 17 -> "WITH w AS (" + write() + " RETURNING id) SELECT * FROM w, " + item();
      case 18 -> "TRUNCATE " + pick("app.scratch", "app.customers CASCADE", "events", "app.base");
      case 19 -> "LOCK TABLE " + pick("v1", "app.v2", "app.events", "derived", "inbox");
      case 20 ->
          pick(
              "REFRESH MATERIALIZED VIEW app.kept",
              "EXPLAIN " + select(1),
              "EXPLAIN ANALYZE " + write(),
              "SELECT * FROM kept",
              "ANALYZE app.orders",
              "SELECT p.taken FROM app.pairs p",
              "SELECT (p).taken FROM app.pairs p",
              "SELECT s.q.id, (s.q).taken FROM (SELECT q FROM pairs q) s",
              "SELECT q.taken FROM (SELECT * FROM app.pairs) q, app.self",
              "MERGE INTO scratch t USING app.v2 s ON t.id = s.id WHEN MATCHED THEN DELETE"
                  + " WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'm')");
      default ->
          pick(
              "DROP VIEW v2 CASCADE",
              "DROP TABLE app.scratch CASCADE",
              "ALTER TABLE app.base ADD COLUMN z int",
              "CREATE TABLE made AS " + select(1),
              "ALTER TABLE items ALTER COLUMN o TYPE bigint",
              "DROP TABLE mine",
              "DROP TABLE app.events",
              "CREATE INDEX ON app.hidden (id)");
    };
  }

  private String select(int depth) {
    return "SELECT "
        + pick("*", "count(*)", "t.id, " + text(), "t", call())
        + " FROM "
        + item()
        + pick("", " JOIN " + plain() + " AS u ON u.id = t.id", ", app.v2", ", v3", ", app.kept")
        + where()
        + (depth > 1 ? pick("", " UNION ALL " + select(depth - 1)) : "");
  }

  private String item() {
    return pick(plain(), plain(), "(SELECT id, v FROM " + plain() + ")") + " AS t";
  }

  private String source() {
    return pick(
        "VALUES (" + number() + ", " + text() + ")",
        "SELECT id, 'n' FROM app.hidden",
        "SELECT t.id, t.v FROM " + plain() + " AS t LIMIT 2");
  }

  private String write() {
    return pick(
        "INSERT INTO " + plain() + " (id, v) VALUES (" + number() + ", 'w')",
        "UPDATE " + plain() + " SET v = 'w'",
        "DELETE FROM " + plain());
  }

  private String returning() {
    return pick("", "", " RETURNING id");
  }

  private String where() {
    return pick(
        "",
        " WHERE t.id = " + number(),
        " WHERE app.looks(t.id)",
        " WHERE EXISTS (SELECT FROM " + plain() + " AS x WHERE x.id = t.id)");
  }

  private String key() {
    return pick("", " WHERE id = 1", " WHERE id IN (SELECT id FROM app.v1)");
  }

  private String call() {
    return pick(
        "app.wipes()",
        "wipes(2)",
        "chain(2)",
        "app.pinned()",
        "reads()",
        "app.looks(1)",
        "app.plus('a', 'b')",
        "'a' OPERATOR(app.###) 'b'",
        "'a' ### 'b'",
        "5::app.small",
        "summed(3)",
        "count_up()",
        "nextval('app.orders_id_seq')",
        "pg_advisory_xact_lock(1)");
  }

  private String text() {
    return pick(
        "'x'",
        "('a' OPERATOR(app.###) 'b')",
        "app.reads()::text",
        "upper('x')",
        "(SELECT max(v) FROM app.hidden)");
  }

  private String number() {
    return pick("1", "2", "150", "7", "app.wipes()");
  }

  private String plain() {
    return PLAIN.get(random.nextInt(PLAIN.size()));
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
