package dev.stepgate.protocol.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.ColumnUse;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Reference;
import dev.stepgate.operation.Facts.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactsTest {

  private static final Statements STATEMENTS = new Statements(1);

  /** The automaton's own limit is a syntax error. */
  private static final Set<Gap.Reason> DEEP = Set.of(Gap.Reason.TOO_COMPLEX, Gap.Reason.SYNTAX);

  @AfterAll
  static void close() {
    STATEMENTS.close();
  }

  /** A question mark for what the text alone does not tell. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "SELECT a FROM t                              | output t.a",
        "SELECT * FROM t                              | output t.*",
        "SELECT x.a FROM t x, u                       | output t.a",
        "SELECT a FROM t, u                           | output t/u.a?",
        "SELECT t FROM t                              | output t.*?, output t.t?",
        "SELECT (x).a FROM t x                        | output t.*?, output t.x?",
        "SELECT a FROM t x(a, b)                      | output t.a?, output t.*?",
        "SELECT 1 FROM t WHERE a = 1                  | predicate t.a",
        "SELECT a AS b FROM t ORDER BY b              | output t.a",
        "SELECT a AS b FROM t GROUP BY b              | output t.a, predicate t.b?",
        "SELECT lower(a) FROM t ORDER BY lower        | output t.a, predicate t.lower?",
        "SELECT 1 FROM a JOIN b USING (id)            | predicate a.id, predicate b.id",
        "SELECT 1 FROM a NATURAL JOIN b               | predicate a.*?, predicate b.*?",
        "SELECT j.x FROM (a JOIN b ON true) j         | output a.x?, output b.x?",
        "SELECT (SELECT t.a) FROM t                   | output t.a",
        "SELECT (SELECT a FROM u) FROM t              | output u/t.a?",
        "SELECT x.a FROM (SELECT a, b FROM t) x       | output t.a, output t.b",
        "WITH c AS (SELECT a FROM t) SELECT a FROM c  | output t.a",
        "SELECT s.t.a FROM s.t                        | output s.t.a?",
        "SELECT * FROM a.t, b.t                       | output a.t.*, output b.t.*",
        "SELECT a.t.x FROM a.t, b.t                   | output a.t.x?, output b.t.x?",
        "SELECT t.row_to_json FROM t                  | output t.*?, output t.row_to_json?",
        "SELECT a AS b FROM t GROUP BY ROLLUP(b)      | output t.a, predicate t.b?",
        "SELECT system_user FROM t                    | output t.system_user?",
        "INSERT INTO t (a) SELECT b FROM u            | written t.a, output u.b",
        "INSERT INTO t VALUES (1)                     | written t.*",
        "UPDATE t SET a = b WHERE c                   | written t.a, output t.b, predicate t.c",
        "DELETE FROM t USING u WHERE t.a = u.a        | predicate t.a, predicate u.a",
        "UPDATE t SET a = 1 RETURNING old.b           | written t.a, output t.b",
        "COPY t (a) TO STDOUT                         | output t.a",
        "CREATE INDEX ON t (a, lower(b)) WHERE c      | predicate t.a, predicate t.b, predicate"
            + " t.c",
      })
  void columns_are_told_as_far_as_the_text_tells_them(String sql, String columns) {
    assertThat(String.join(", ", only(sql).columns().stream().map(FactsTest::words).toList()))
        .isEqualTo(columns);
  }

  @Test
  void functions_operators_types_and_collations_are_named() {
    assertThat(only("SELECT s.f(a) OPERATOR(s.+) 1, b::s.ty, c COLLATE \"C\" FROM t").references())
        .containsExactlyInAnyOrder(
            new Reference(Reference.Kind.OPERATOR, List.of("s", "+"), false),
            new Reference(Reference.Kind.FUNCTION, List.of("s", "f"), false),
            new Reference(Reference.Kind.TYPE, List.of("s", "ty"), false),
            new Reference(Reference.Kind.COLLATION, List.of("C"), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT a BETWEEN 1 AND 2     | >= <=",
        "SELECT a NOT BETWEEN 1 AND 2 | < >",
        "SELECT CASE a WHEN 1 THEN 2 END | =",
        "SELECT a IN (SELECT 1)       | =",
        "SELECT 1 FROM t JOIN u USING (a) | =",
        "CREATE TABLE t (EXCLUDE USING gist (f(a) WITH &&)) | f &&",
        "CREATE CAST (a AS b) WITH FUNCTION f(a) | f",
        "SELECT t.to_json FROM t      | to_json",
        "SELECT (t).to_json FROM t    | to_json",
      })
  void what_is_called_without_being_written_as_a_call_is_named(String sql, String names) {
    assertThat(
            only(sql).references().stream()
                .filter(reference -> reference.kind() != Reference.Kind.TYPE)
                .map(reference -> String.join(".", reference.name())))
        .containsExactly(names.split(" "));
  }

  @Test
  void columns_that_may_be_of_too_many_relations_are_too_complex() {
    StringBuilder sql = new StringBuilder("SELECT a FROM t");
    for (int i = 0; i < 1000; i++) {
      sql.append(", t").append(i);
    }
    String list = sql.toString().replace("SELECT a", "SELECT a" + ", a".repeat(1000));

    assertThat(facts(sql.toString()).complete()).isTrue();
    assertThat(facts(list).statements().get(0).gaps())
        .extracting(Gap::reason)
        .containsExactly(Gap.Reason.TOO_COMPLEX);
  }

  @Test
  void what_newer_grammars_have_words_for_is_still_a_function_of_an_older_server() {
    assertThat(only("SELECT JSON('{}')").references())
        .contains(new Reference(Reference.Kind.FUNCTION, List.of("json"), false));
  }

  @Test
  void settings_are_told_with_their_values_and_for_how_long() {
    assertThat(only("SET search_path = a, 'B'").settings())
        .containsExactly(new Setting("search_path", "a, \"B\"", Setting.Scope.SESSION, false));
    assertThat(only("SET search_path = 'a, b'")).isNotEqualTo(only("SET search_path = a, b"));
    assertThat(only("BEGIN READ WRITE").settings())
        .containsExactly(
            new Setting("transaction_read_only", null, Setting.Scope.TRANSACTION, false));
    assertThat(only("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE").settings())
        .containsExactly(
            new Setting("default_transaction_read_only", null, Setting.Scope.SESSION, false));
    assertThat(only("SET LOCAL \"Statement_Timeout\" = 5").settings())
        .containsExactly(new Setting("statement_timeout", "5", Setting.Scope.TRANSACTION, false));
    assertThat(only("SELECT set_config('a.b', 'c', true)").settings())
        .containsExactly(new Setting("a.b", "c", Setting.Scope.TRANSACTION, false));
    assertThat(only("ALTER ROLE x SET role = y").settings())
        .containsExactly(new Setting("role", "y", Setting.Scope.ROLE, false));
  }

  @Test
  void a_constant_that_matters_is_not_taken_for_another() {
    assertThat(only("SET role = a")).isNotEqualTo(only("SET role = b"));
    assertThat(only("SET role = 'a'")).isNotEqualTo(only("SET role = 'b'"));
    assertThat(only("SELECT set_config('role', 'x', false)"))
        .isNotEqualTo(only("SELECT set_config('port', 'x', false)"));
    assertThat(only("DO 'BEGIN DROP TABLE a; END'"))
        .isNotEqualTo(only("DO 'BEGIN DROP TABLE b; END'"));
    assertThat(only("COPY t TO PROGRAM 'a'")).isEqualTo(only("COPY t TO PROGRAM 'b'"));
  }

  @Test
  void each_statement_of_a_text_has_its_own_facts() {
    Facts facts = facts("SELECT 1; DELETE FROM t; COMMIT");

    assertThat(facts.statements())
        .extracting(Facts.Statement::kind)
        .containsExactly("select", "delete", "transaction");
    assertThat(facts("-- nothing").statements()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 100_000})
  void hostile_depth_and_length_are_never_read(int size) {
    for (String sql :
        List.of(
            "SELECT " + "(".repeat(size) + "1" + ")".repeat(size),
            "SELECT " + "(SELECT ".repeat(size) + "1" + ")".repeat(size),
            "SELECT 1;".repeat(size),
            "SELECT " + "a||".repeat(size) + "a",
            "SELECT " + "NOT ".repeat(size) + "a",
            "SELECT " + "- ".repeat(size) + "a",
            "SELECT " + "f(".repeat(size) + ")".repeat(size))) {
      assertThat(only(sql).gaps())
          .as(sql.substring(0, 20))
          .hasSize(1)
          .allMatch(gap -> DEEP.contains(gap.reason()));
    }
    assertThat(only("SELECT 1").gaps()).isEmpty();
  }

  @Test
  void depth_within_the_limits_is_read_or_too_complex_and_never_harms_the_next() {
    for (int depth : new int[] {100, 400, 1000, 3000, 3900}) {
      Facts.Statement sum = only("SELECT " + "a+".repeat(depth) + "a FROM t");
      assertThat(sum.gaps()).allMatch(gap -> gap.reason() == Gap.Reason.TOO_COMPLEX);
      assertThat(only("SELECT a FROM t").gaps()).isEmpty();
    }
    assertThat(only("SELECT " + "f(".repeat(400) + "a" + ")".repeat(400) + " FROM t").gaps())
        .isEmpty();
  }

  @Test
  void names_with_any_character_come_out_as_they_went_in() {
    String odd = "\u0001\t\n\f\\ \"\" , {} é \u007f";

    assertThat(only("DROP TABLE \"" + odd + "\"").uses().get(0).name())
        .containsExactly(odd.replace("\"\"", "\""));
    assertThat(only("DO $$BEGIN DROP TABLE \"" + odd + "\"; END$$").uses().get(1).name())
        .containsExactly(odd.replace("\"\"", "\""));
  }

  @Test
  void many_rows_are_read_as_one() {
    String sql = "INSERT INTO t VALUES " + "(1, 'a'), ".repeat(100_000) + "(1, 'a')";

    assertThat(facts(sql)).isEqualTo(facts("INSERT INTO t VALUES (1, 'a')"));
  }

  private static Facts.Statement only(String sql) {
    Facts facts = facts(sql);
    assertThat(facts.statements()).hasSize(1);
    return facts.statements().get(0);
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

  private static String words(ColumnUse use) {
    return use.part().name().toLowerCase(Locale.ROOT)
        + " "
        + String.join("/", use.relations().stream().map(name -> String.join(".", name)).toList())
        + "."
        + use.column()
        + (use.certain() ? "" : "?");
  }
}
