package dev.stepgate.protocol.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a body in PL/pgSQL can hold an expression in is passed over. */
class PlpgsqlTest {

  private static final String QUERY = "SELECT max(v) FROM hidden";
  private static final Statements STATEMENTS = new Statements(1);

  @AfterAll
  static void close() {
    STATEMENTS.close();
  }

  /** Each has a query on the table {@code hidden} in one of its places. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x := (@);",
        "x = (@);",
        "a[(@)] := 1;",
        "a[1] := (@);",
        "r.f := (@);",
        "\"x\" := (@);",
        "IF (@) = 1 THEN NULL; END IF;",
        "IF false THEN NULL; ELSIF (@) = 1 THEN NULL; END IF;",
        "IF false THEN NULL; ELSE PERFORM (@); END IF;",
        "CASE (@) WHEN 1 THEN NULL; ELSE NULL; END CASE;",
        "CASE 1 WHEN (@) THEN NULL; ELSE NULL; END CASE;",
        "CASE WHEN (@) = 1 THEN NULL; ELSE NULL; END CASE;",
        "CASE 1 WHEN 1 THEN NULL; ELSE PERFORM (@); END CASE;",
        "LOOP PERFORM (@); EXIT; END LOOP;",
        "LOOP EXIT WHEN (@) = 1; END LOOP;",
        "LOOP CONTINUE WHEN (@) = 1; EXIT; END LOOP;",
        "WHILE (@) = 1 LOOP NULL; END LOOP;",
        "FOR i IN (@)..2 LOOP NULL; END LOOP;",
        "FOR i IN 1..(@) LOOP NULL; END LOOP;",
        "FOR i IN 1..9 BY (@) LOOP NULL; END LOOP;",
        "FOR i IN REVERSE 9..1 LOOP PERFORM (@); END LOOP;",
        "FOR r IN @ LOOP NULL; END LOOP;",
        "FOR r IN SELECT 1 LOOP PERFORM (@); END LOOP;",
        "FOR r IN EXECUTE 'SELECT 1' USING (@) LOOP NULL; END LOOP;",
        "FOR r IN d((@)) LOOP NULL; END LOOP;",
        "FOREACH x IN ARRAY ARRAY[(@)] LOOP NULL; END LOOP;",
        "PERFORM (@);",
        "PERFORM 1 FROM hidden;",
        "SELECT 1 INTO x FROM hidden;",
        "INSERT INTO other SELECT max(v) FROM hidden;",
        "EXECUTE 'SELECT max(v) FROM hidden';",
        "EXECUTE 'SELECT 1' INTO x USING (@);",
        "RAISE NOTICE '%', (@);",
        "RAISE EXCEPTION USING MESSAGE = (@);",
        "ASSERT (@) = 1;",
        "ASSERT true, (@)::text;",
        "DECLARE y CURSOR FOR @; BEGIN OPEN y; END;",
        "OPEN d((@));",
        "OPEN u FOR @;",
        "OPEN u FOR EXECUTE 'SELECT max(v) FROM hidden';",
        "OPEN u FOR EXECUTE 'SELECT 1' USING (@);",
        "OPEN c; FETCH ABSOLUTE (@) FROM c INTO x;",
        "OPEN c; MOVE FORWARD (@) FROM c;",
        "BEGIN PERFORM (@); END;",
        "DECLARE y int := (@); BEGIN NULL; END;",
        "DECLARE y ALIAS FOR x; BEGIN y := (@); END;",
        "DECLARE y CONSTANT int DEFAULT (@); BEGIN NULL; END;",
        "BEGIN NULL; EXCEPTION WHEN OTHERS THEN PERFORM (@); END;",
        "<<l>> LOOP PERFORM (@); EXIT l; END LOOP l;",
        "CALL p((@));",
        "DO $i$BEGIN PERFORM (SELECT max(v) FROM hidden); END$i$;",
      })
  void a_query_is_found_in_every_place_of_a_block(String statement) {
    assertThat(reads(block(statement))).as(block(statement)).contains("hidden");
    assertThat(facts(block(statement)).statements().get(0).gaps())
        .as(block(statement))
        .allMatch(gap -> gap.reason() == Gap.Reason.CALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RETURN (@);",
        "RETURN NEXT (@);",
        "RETURN QUERY @;",
        "RETURN QUERY EXECUTE 'SELECT max(v) FROM hidden';",
        "RETURN QUERY EXECUTE 'SELECT 1' USING (@);"
      })
  void a_query_is_found_in_what_a_function_returns(String statement) {
    String set = statement.startsWith("RETURN (") ? "" : "SETOF ";
    String function =
        "CREATE FUNCTION f() RETURNS "
            + set
            + "int LANGUAGE plpgsql AS $x$BEGIN "
            + statement.replace("@", QUERY)
            + " END$x$";

    assertThat(reads(function)).as(function).contains("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXECUTE x;",
        "EXECUTE 'a' || 'b';",
        "EXECUTE format('DROP TABLE %I', x);",
        "FOR r IN EXECUTE x LOOP NULL; END LOOP;",
        "OPEN u FOR EXECUTE x;",
      })
  void what_is_made_at_run_time_is_a_gap(String statement) {
    assertThat(facts(block(statement)).statements().get(0).gaps())
        .extracting(Gap::reason)
        .contains(Gap.Reason.DYNAMIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PERFORM f();\n",
        "x := 1;\n",
        "PERFORM 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1;\n",
        "EXECUTE 'SELECT 1';\n"
      })
  void a_long_block_is_too_complex_and_not_read_for_seconds(String statement) {
    String block = block(statement.repeat(100_000 / statement.length()));
    assertThat(facts(block).statements().get(0).gaps())
        .extracting(Gap::reason)
        .containsExactly(Gap.Reason.TOO_COMPLEX);
    assertThat(facts(block(statement.repeat(100))).complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPEN u FOR SELECT 1;", "OPEN c;", "OPEN u FOR EXECUTE 'SELECT 1';"})
  void a_cursor_that_is_opened_is_declared_without_a_name(String statement) {
    assertThat(effects(block(statement))).contains(Effect.DECLARE);
  }

  @Test
  void a_cursor_that_is_closed_is_released() {
    assertThat(effects(block("CLOSE u;"))).contains(Effect.RELEASE);
  }

  @Test
  void a_block_is_no_deeper_than_a_statement() {
    assertThat(
            facts(block("PERFORM " + "(".repeat(600) + "1" + ")".repeat(600) + ";"))
                .statements()
                .get(0)
                .gaps())
        .extracting(Gap::reason)
        .containsExactly(Gap.Reason.TOO_COMPLEX);
  }

  private static String block(String statement) {
    return "DO $x$DECLARE x text; a int[]; r record; i int; u refcursor;"
        + " c CURSOR FOR SELECT 1; d CURSOR (p int) FOR SELECT p; BEGIN "
        + statement.replace("@", QUERY)
        + " END$x$";
  }

  private static List<String> reads(String sql) {
    return facts(sql).statements().get(0).uses().stream()
        .filter(use -> use.effect() == Effect.SELECT)
        .map(use -> String.join(".", use.name()))
        .toList();
  }

  private static Set<Effect> effects(String sql) {
    return facts(sql).statements().get(0).effects();
  }

  private static Facts facts(String sql) {
    Shape shape = new Shape();
    byte[] text = sql.getBytes(UTF_8);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = STATEMENTS.known(shape, text.length, Lexing.USUAL);
    return known != null
        ? known
        : STATEMENTS.read(shape, text.length, Lexing.USUAL).orTimeout(60, TimeUnit.SECONDS).join();
  }
}
