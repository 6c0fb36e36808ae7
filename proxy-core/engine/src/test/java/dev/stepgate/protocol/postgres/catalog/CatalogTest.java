package dev.stepgate.protocol.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown.Reason;
import dev.stepgate.protocol.postgres.catalog.CatalogQueries.Table;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a catalog knows something, and when it says that it does not. */
@SuppressWarnings("FutureReturnValueIgnored") // the answers come when the test wants them
class CatalogTest {

  private static final Surroundings NOW =
      new Surroundings(List.of("public"), "ci", null, List.of());

  private final Server server = new Server();
  private final Statements statements = new Statements(1);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Catalog catalog = new Catalog(server, statements, Runnable::run, () -> now);

  /** A server with one table, that answers when it is told to. */
  private static final class Server implements CatalogSource {
    private final List<Runnable> asked = new ArrayList<>();
    private String digest = "1";
    private String table = "orders";
    private int whole;

    @Override
    public CompletableFuture<List<List<String[]>>> read(List<String> queries) {
      CompletableFuture<List<List<String[]>>> answer = new CompletableFuture<>();
      asked.add(() -> answer.complete(answer(queries)));
      return answer;
    }

    private List<List<String[]>> answer(List<String> queries) {
      List<List<String[]>> answers = new ArrayList<>();
      if (queries.size() > 1) {
        whole++;
        for (Table one : Table.values()) {
          answers.add(
              switch (one) {
                case DATABASE -> List.<String[]>of(new String[] {"db", "150000"});
                case SCHEMAS -> List.<String[]>of(new String[] {"2200", "public", "t"});
                case RELATIONS ->
                    List.<String[]>of(new String[] {"20000", "2200", table, "r", "f", "0"});
                default -> List.of();
              });
        }
      }
      answers.add(List.<String[]>of(new String[] {digest}));
      return answers;
    }

    void answers() {
      List<Runnable> all = List.copyOf(asked);
      asked.clear();
      all.forEach(Runnable::run);
    }
  }

  @AfterEach
  void close() {
    catalog.close();
    statements.close();
  }

  private static Facts delete(String table) {
    return new Facts(
        List.of(
            new Facts.Statement(
                "delete",
                List.of(
                    new Facts.Use(
                        Effect.DELETE, "relation", List.of(table), Facts.Where.MISSING, false)),
                List.of(),
                List.of(),
                List.of(),
                List.of())));
  }

  private List<Reason> unknown(String table) {
    return catalog.reach(delete(table), NOW).statements().get(0).unknown().stream()
        .map(Reach.Unknown::reason)
        .toList();
  }

  @Test
  void nothing_is_known_until_the_server_has_answered() {
    assertThat(unknown("orders")).containsExactly(Reason.NO_CATALOG);

    server.answers();

    assertThat(catalog.reach(delete("orders"), NOW).statements().get(0).uses())
        .containsExactly(
            new Reach.Use(
                Effect.DELETE,
                "table",
                List.of("public", "orders"),
                Facts.Where.MISSING,
                List.of()));
    assertThat(unknown("elsewhere")).containsExactly(Reason.NOT_FOUND);
  }

  @Test
  void what_is_the_same_is_read_once() {
    catalog.refreshed();
    server.answers();

    now = now.plusMillis(Catalog.ASKED_AGAIN_MILLIS + 1);
    assertThat(unknown("orders")).isEmpty();
    server.answers();
    now = now.plusMillis(Catalog.MOST_AGE_MILLIS);

    assertThat(unknown("orders")).isEmpty();
    assertThat(server.whole).isEqualTo(1);
  }

  @Test
  void what_others_change_shows_once_the_server_has_been_asked_again() {
    catalog.refreshed();
    server.answers();
    server.table = "renamed";
    server.digest = "2";

    now = now.plusMillis(Catalog.ASKED_AGAIN_MILLIS + 1);
    assertThat(unknown("orders")).isEmpty();
    server.answers();
    server.answers();

    assertThat(unknown("orders")).containsExactly(Reason.NOT_FOUND);
    assertThat(unknown("renamed")).isEmpty();
  }

  @Test
  void a_server_that_does_not_answer_makes_the_catalog_unknown_after_a_while() {
    catalog.refreshed();
    server.answers();

    now = now.plusMillis(Catalog.MOST_AGE_MILLIS + 1);

    assertThat(unknown("orders")).containsExactly(Reason.NO_CATALOG);
    assertThat(catalog.isFresh()).isFalse();
    CompletableFuture<Void> fresh = catalog.fresh();
    assertThat(fresh).isNotDone();
    server.answers();
    assertThat(fresh).isCompleted();
    assertThat(unknown("orders")).isEmpty();
  }

  @Test
  void a_refresh_waits_for_a_reading_that_began_after_it() {
    CompletableFuture<Void> first = catalog.refreshed();
    CompletableFuture<Void> second = catalog.refreshed();

    server.answers();
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    server.answers();

    assertThat(second).isCompleted();
    assertThat(server.whole).isEqualTo(2);
  }

  @Test
  void an_answer_that_is_not_as_asked_is_no_catalog() {
    server.digest = null;

    CompletableFuture<Void> refreshed = catalog.refreshed();
    server.answers();

    assertThat(refreshed).isCompleted();
    assertThat(unknown("orders")).containsExactly(Reason.NO_CATALOG);
  }

  @Test
  void a_refresh_that_fails_leaves_nothing_of_what_was_known_before() {
    catalog.refreshed();
    server.answers();
    assertThat(unknown("orders")).isEmpty();
    server.digest = null;

    catalog.refreshed();
    server.answers();

    assertThat(unknown("orders")).containsExactly(Reason.NO_CATALOG);
  }

  @Test
  void the_same_question_gets_the_same_answer_without_work() {
    catalog.refreshed();
    server.answers();
    Facts facts = delete("orders");

    Reach first = catalog.reach(facts, NOW);

    assertThat(catalog.reach(facts, NOW)).isSameAs(first);
    assertThat(
            catalog.reach(facts, new Surroundings(List.of("public"), "ci", "pg_temp_1", List.of())))
        .isNotSameAs(first);
  }

  @Test
  void what_the_open_transaction_changed_makes_names_unknown_but_not_its_end() {
    catalog.refreshed();
    server.answers();
    Surroundings changed =
        new Surroundings(List.of("public"), "ci", null, delete("orders").statements());
    Facts commit =
        new Facts(
            List.of(
                new Facts.Statement(
                    "transaction",
                    List.of(
                        new Facts.Use(
                            Effect.TRANSACTION, "", List.of(), Facts.Where.NOT_APPLICABLE, false)),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of())));

    assertThat(catalog.reach(delete("orders"), changed).known()).isFalse();
    assertThat(catalog.reach(commit, changed).known()).isTrue();
  }
}
