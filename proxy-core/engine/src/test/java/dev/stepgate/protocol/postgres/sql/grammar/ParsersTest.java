package dev.stepgate.protocol.postgres.sql.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ParsersTest {

  private static final Parsers PARSERS = new Parsers(2);

  @AfterAll
  static void close() {
    PARSERS.close();
  }

  @Test
  void a_statement_becomes_postgresqls_own_tree() throws Exception {
    assertThat(parse("SELECT 1"))
        .isEqualTo(
            "{\"version\":180004,\"stmts\":[{\"stmt\":{\"SelectStmt\":{\"targetList\":[{\"ResTarget\":"
                + "{\"val\":{\"A_Const\":{\"ival\":{\"ival\":1},\"location\":7}},\"location\":7}}],"
                + "\"limitOption\":\"LIMIT_OPTION_DEFAULT\",\"op\":\"SETOP_NONE\"}}}]}");
  }

  @Test
  void a_syntax_error_says_where() {
    assertThatThrownBy(() -> parse("SELECT FROM WHERE"))
        .cause()
        .isInstanceOfSatisfying(
            SyntaxException.class,
            e -> {
              assertThat(e).hasMessage("syntax error at or near \"WHERE\"");
              assertThat(e.position()).isEqualTo(12);
            });
  }

  @Test
  void a_body_in_plpgsql_is_taken_apart() throws Exception {
    String tree =
        text(
            PARSERS.submit(
                grammar -> grammar.plpgsql("DO $$BEGIN DELETE FROM t; END$$".getBytes(UTF_8))));

    assertThat(tree).contains("\"PLpgSQL_stmt_execsql\"").contains("\"DELETE FROM t\"");
  }

  @Test
  void depth_that_no_stack_holds_is_too_complex_and_harms_no_later_statement() throws Exception {
    String deep = "SELECT " + "1+".repeat(60_000) + "1";

    assertThatThrownBy(() -> parse(deep)).cause().isInstanceOf(TooComplexException.class);

    assertThat(parse("SELECT 1")).contains("SelectStmt");
  }

  @Test
  void parentheses_past_the_automatons_own_limit_are_a_syntax_error() {
    String deep = "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000);

    assertThatThrownBy(() -> parse(deep)).cause().isInstanceOf(SyntaxException.class);
  }

  @Test
  void memory_past_its_limit_is_too_complex_and_harms_no_later_statement() throws Exception {
    String large = "SELECT " + "1,".repeat(400_000) + "1";

    assertThatThrownBy(() -> parse(large)).cause().isInstanceOf(TooComplexException.class);

    assertThat(parse("SELECT 1")).contains("SelectStmt");
  }

  @Test
  void work_that_takes_too_long_is_interrupted_and_harms_no_later_one() throws Exception {
    try (Parsers hasty = new Parsers(1, Duration.ofMillis(1))) {
      String long1 = "SELECT " + "1,".repeat(100_000) + "1";

      assertThatThrownBy(() -> text(hasty.submit(grammar -> grammar.parse(long1.getBytes(UTF_8)))))
          .cause()
          .isInstanceOf(TooComplexException.class);
      assertThat(hasty.submit(grammar -> "next").get(10, TimeUnit.SECONDS)).isEqualTo("next");
    }
  }

  @Test
  void more_than_may_wait_are_refused() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    try (Parsers one = new Parsers(1)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < Parsers.WAITING + 2; i++) {
        all.add(one.submit(grammar -> gate.join()));
      }

      assertThatThrownBy(() -> all.get(Parsers.WAITING + 1).get())
          .cause()
          .hasMessage("256 statements are waiting for a parser already");
      gate.complete(null);
      assertThat(all.get(Parsers.WAITING).get(10, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void what_still_waits_when_the_parsers_close_is_refused() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    Future<?> waiting;
    try (Parsers one = new Parsers(1)) {
      Future<Void> running =
          one.submit(
              grammar -> {
                begun.complete(null);
                return untilInterrupted(never);
              });
      begun.get(60, TimeUnit.SECONDS);
      waiting = one.submit(grammar -> null);
      assertThat(running).isNotSameAs(waiting);
    }

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .cause()
        .hasMessage("the parsers are closed");
  }

  @Test
  void closing_leaves_no_thread() throws Exception {
    Thread[] worker = new Thread[1];
    try (Parsers parsers = new Parsers(1)) {
      parsers.submit(grammar -> worker[0] = Thread.currentThread()).get(10, TimeUnit.SECONDS);
    }

    worker[0].join(10_000);
    assertThat(worker[0].isAlive()).isFalse();
  }

  private static Void untilInterrupted(CompletableFuture<Void> never) throws TooComplexException {
    try {
      return never.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new TooComplexException("interrupted");
    }
  }

  private static String parse(String sql) throws Exception {
    return text(PARSERS.submit(grammar -> grammar.parse(sql.getBytes(UTF_8))));
  }

  private static String text(Future<byte[]> answer) throws Exception {
    try {
      return new String(answer.get(60, TimeUnit.SECONDS), UTF_8);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(Exception.class);
      throw e;
    }
  }
}
