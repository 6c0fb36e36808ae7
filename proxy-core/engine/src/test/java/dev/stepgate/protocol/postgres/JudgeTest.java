package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.call;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.execute;
import static dev.stepgate.protocol.postgres.Wire.join;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.row;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Setting;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Outcome;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is asked for is looked at as it would run now: the client waits for what is not known yet,
 * the server is asked what is not sure, and names stand for what they stand for.
 */
class JudgeTest {

  /** What one inquiry is: five questions, and whatever ends it. */
  private static final String QUESTIONS = "PBECC".repeat(5);

  private final Known known = new Known();
  private final Policy noDeletes =
      (session, connection, operation, now) -> {
        boolean denied =
            operation.facts() == null
                || operation.facts().statements().stream()
                    .anyMatch(
                        statement ->
                            statement.gaps().stream().anyMatch(gap -> !gap.later())
                                || statement.uses().stream()
                                    .anyMatch(
                                        use -> use.effect() == Effect.DELETE && !use.later()));
        return denied ? Decision.deny("no-deletes", "Not here.") : Decision.ALLOW;
      };
  private final Rig rig = new Rig(noDeletes, PostgresLimits.DEFAULT);

  JudgeTest() {
    rig.insight = known;
    rig.settings.put("client_encoding", "UTF8");
    rig.settings.put("server_encoding", "UTF8");
  }

  /** Statements of tests, by their first words. */
  private static final class Known extends PlainInsight {
    private CompletableFuture<Facts> late;
    private Facts unseen;
    private final List<Surroundings> asked = new ArrayList<>();
    private int refreshed;

    @Override
    Facts facts(String sql) {
      String[] words = sql.split(" ");
      return switch (words[0]) {
        case "new" -> unseen;
        case "read" -> statement("select", Effect.SELECT, "relation", List.of(words[1]));
        case "delete" -> statement("delete", Effect.DELETE, "relation", List.of(words[1]));
        case "make" -> statement("create", Effect.CREATE, "table", List.of("s", words[1]));
        case "begin" -> statement("transaction", Effect.TRANSACTION, "", List.of());
        case "path" ->
            of(
                "variable set",
                List.of(use(Effect.SET, "setting", "search_path", false)),
                List.of(new Setting("search_path", words[1], Setting.Scope.SESSION, false)),
                List.of());
        case "prepare" -> {
          List<Use> uses = new ArrayList<>();
          uses.add(use(Effect.PREPARE, "prepared statement", words[1], false));
          uses.add(
              use(
                  words[2].equals("delete") ? Effect.DELETE : Effect.SELECT,
                  "relation",
                  words[3],
                  true));
          yield of("prepare", uses, List.of(), List.of());
        }
        case "execute" ->
            of(
                "execute",
                List.of(use(Effect.EXECUTE, "prepared statement", words[1], false)),
                List.of(),
                List.of(new Gap(Gap.Reason.PREPARED, "earlier", false)));
        case "deallocate" ->
            of(
                "deallocate",
                List.of(use(Effect.RELEASE, "prepared statement", words[1], false)),
                List.of(),
                List.of());
        default -> super.facts(sql);
      };
    }

    private static Use use(Effect effect, String kind, String name, boolean later) {
      return new Use(effect, kind, List.of(name), Where.NOT_APPLICABLE, later);
    }

    private static Facts of(String kind, List<Use> uses, List<Setting> settings, List<Gap> gaps) {
      return new Facts(
          List.of(new Facts.Statement(kind, uses, List.of(), List.of(), settings, gaps)));
    }

    @Override
    public CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing) {
      late = new CompletableFuture<>();
      return late;
    }

    @Override
    public Reach reach(Facts facts, Surroundings now) {
      asked.add(now);
      return super.reach(facts, now);
    }

    @Override
    public Optional<List<String>> function(long oid) {
      return Optional.empty();
    }

    @Override
    public CompletableFuture<Void> refreshed() {
      refreshed++;
      return CompletableFuture.completedFuture(null);
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void answer(Facts facts) {
    known.late.complete(facts);
    run();
  }

  private void run() {
    rig.client.runPendingTasks();
    rig.gather();
  }

  /** What a server says to an inquiry, but for its end. */
  private static byte[] answers(String path) {
    byte[] all = {};
    for (String value : List.of(path, "none", "me", "UTF8", "on")) {
      all =
          join(
              all,
              message('1'),
              message('2'),
              row(value),
              complete("SHOW"),
              message('3'),
              message('3'));
    }
    return all;
  }

  private void sure() {
    rig.client(query("read t"));
    rig.server(answers("app, public"), ready('I'));
    rig.server(complete("SELECT 0"), ready('I'));
    rig.serverSaw();
    rig.clientSaw();
  }

  @Test
  void a_statement_that_was_never_seen_waits_and_what_is_behind_it_too() {
    rig.client(query("new thing"), query("select 1"));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.client.isOpen()).isTrue();

    answer(PlainInsight.statement("select", Effect.SELECT, "", List.of()));
    assertThat(rig.serverSaw()).isEqualTo("QQ");
    assertThat(rig.operation(1).request).contains("new thing");
  }

  @Test
  void an_answer_that_says_no_is_a_refusal_without_a_byte_for_the_server() {
    rig.client(query("new thing"));
    answer(PlainInsight.statement("delete", Effect.DELETE, "", List.of()));
    // Deletes need names, names need the server's settings.
    assertThat(rig.serverSaw()).isEqualTo(QUESTIONS + "S");
    rig.server(answers("public"), ready('I'));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("42501").contains("no-deletes");
    assertThat(rig.operation(1).outcome.status()).isEqualTo(Outcome.Status.REFUSED);
  }

  @Test
  void a_cancel_ends_the_wait_and_nothing_is_run() {
    rig.client(query("new thing"));
    rig.relay.cancel();
    rig.gather();
    answer(PlainInsight.statement("select", Effect.SELECT, "", List.of()));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("57014");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.failed("57014"));

    rig.client(query("select 1"));
    assertThat(rig.serverSaw()).isEqualTo("Q");
  }

  @Test
  void a_cancel_of_a_wait_within_a_transaction_fails_the_transaction() {
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.serverSaw();
    rig.clientSaw();
    rig.client(query("new thing"));
    rig.relay.cancel();
    rig.gather();
    assertThat(rig.toServer.toString(StandardCharsets.UTF_8)).doesNotContain("thing");
    assertThat(rig.serverSaw()).isEqualTo("Q");

    rig.server(error("42601"), ready('E'));

    assertThat(rig.clientText()).contains("57014").doesNotContain("42601");
  }

  @Test
  void a_client_that_goes_while_it_waits_leaves_nothing_behind() {
    rig.client(query("new thing"));
    rig.clientCloses();
    answer(PlainInsight.statement("select", Effect.SELECT, "", List.of()));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.recording.ended).isNotNull();
    assertThat(rig.broken).isTrue();
  }

  @Test
  void a_server_that_goes_while_a_message_waits_is_told_to_the_client() {
    rig.client(query("new thing"));
    rig.serverCloses();
    answer(PlainInsight.statement("select", Effect.SELECT, "", List.of()));

    assertThat(rig.clientText()).contains("08006");
    assertThat(rig.recording.operations).isEmpty();
  }

  @Test
  void the_server_is_asked_once_what_names_mean_and_the_client_sees_nothing_of_it() {
    rig.client(query("read t"));
    assertThat(rig.serverSaw()).isEqualTo(QUESTIONS + "S");
    rig.server(answers("\"$user\", Public, \"x \"\"y\""), ready('I'));

    assertThat(rig.clientSaw()).isEmpty();
    assertThat(rig.serverSaw()).isEqualTo("Q");
    Surroundings now = known.asked.get(known.asked.size() - 1);
    assertThat(now.searchPath()).containsExactly("$user", "public", "x \"y");
    assertThat(now.currentUser()).isEqualTo("me");
    assertThat(now.tempSchema()).isNull();

    rig.server(row("1"), complete("SELECT 1"), ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("DCZ");
    rig.client(query("read u"));
    assertThat(rig.serverSaw()).isEqualTo("Q");
  }

  @Test
  void after_a_change_of_settings_it_is_asked_again_and_after_a_rollback_too() {
    sure();
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.client(query("path other"), query("read t"));
    assertThat(rig.serverSaw()).isEqualTo("QQH");
    rig.server(complete("SET"), ready('T'));
    assertThat(rig.serverSaw()).isEqualTo(QUESTIONS + "S");
    rig.server(answers("other"), ready('T'));
    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(known.asked.get(known.asked.size() - 1).searchPath()).containsExactly("other");
    rig.server(complete("SELECT 0"), ready('T'));

    rig.client(query("begin rollback"));
    rig.server(complete("ROLLBACK"), ready('I'));
    rig.client(query("read t"));

    assertThat(rig.serverSaw()).isEqualTo("Q" + QUESTIONS + "S");
  }

  @Test
  void within_an_open_pipeline_it_is_asked_without_a_sync() {
    rig.client(parse("", "read t"), bind("", ""), execute("", 0));
    assertThat(rig.serverSaw()).isEqualTo(QUESTIONS + "S");
    rig.server(answers("public"), ready('I'));
    assertThat(rig.serverSaw()).isEqualTo("PBE");

    rig.client(parse("", "path x"), bind("", ""), execute("", 0));
    rig.client(parse("", "read t"), bind("", ""), execute("", 0), sync());
    assertThat(rig.serverSaw()).isEqualTo("PBEH");
    rig.server(message('1'), message('2'), complete("SELECT 0"));
    rig.server(message('1'), message('2'), complete("SET"));
    assertThat(rig.serverSaw()).isEqualTo(QUESTIONS + "H");
    rig.server(answers("x"));

    assertThat(rig.serverSaw()).isEqualTo("PBES");
    assertThat(rig.clientSaw()).isEqualTo("12C12C");
  }

  @Test
  void a_server_that_fails_the_question_fails_the_message_that_it_was_for() {
    rig.client(query("read t"));
    rig.serverSaw();
    rig.server(error("57014"), ready('I'));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("57014");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.failed("57014"));
  }

  @Test
  void a_failed_question_within_a_pipeline_is_its_error_and_the_rest_is_skipped() {
    sure();
    rig.client(parse("", "path x"), bind("", ""), execute("", 0), parse("s", "read t"));
    rig.server(message('1'), message('2'), complete("SET"));
    rig.serverSaw();
    rig.clientSaw();
    rig.server(error("57014"));
    assertThat(rig.clientSaw()).isEqualTo("E");
    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEqualTo("S");
    rig.server(ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("Z");
  }

  @Test
  void what_was_prepared_in_sql_is_judged_when_it_is_executed() {
    sure();
    rig.client(query("prepare p delete t"));
    rig.server(complete("PREPARE"), ready('I'));
    rig.serverSaw();
    rig.clientSaw();

    rig.client(query("execute p"));
    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("no-deletes");

    rig.client(bind("", "p"), execute("", 0), sync());
    rig.server(error("42601"), ready('I'));
    assertThat(rig.clientText()).contains("no-deletes");
  }

  @Test
  void a_name_that_nobody_saw_prepared_is_not_known() {
    sure();
    rig.client(query("execute q"));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("no-deletes");
  }

  @Test
  void a_name_that_is_given_anew_in_sql_stands_for_the_new_statement() {
    sure();
    rig.client(parse("a", "read t"), sync());
    rig.server(message('1'), ready('I'));
    rig.client(query("execute a"));
    rig.server(complete("SELECT 0"), ready('I'));
    rig.client(query("deallocate a"));
    rig.server(complete("DEALLOCATE"), ready('I'));
    rig.client(query("prepare a delete t"));
    rig.serverSaw();

    // Asked for before the PREPARE is answered: it waits for that.
    rig.client(query("execute a"));
    assertThat(rig.serverSaw()).isEqualTo("H");
    rig.clientSaw();
    rig.server(complete("PREPARE"), ready('I'));
    run();

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("no-deletes");
  }

  @Test
  void a_parse_that_fails_leaves_the_name_to_what_it_stood_for() {
    sure();
    rig.client(query("prepare a delete t"));
    rig.server(complete("PREPARE"), ready('I'));
    rig.serverSaw();
    rig.clientSaw();

    // The server has that name already; behind the Sync it is what it was.
    rig.client(parse("a", "read t"), sync(), bind("", "a"), execute("", 0), sync());
    assertThat(rig.serverSaw()).isEqualTo("PSH");
    rig.server(error("42P05"), ready('I'));

    assertThat(rig.toServer.toString(StandardCharsets.UTF_8)).doesNotContain("read t");
    assertThat(rig.serverSaw()).isEqualTo("PS");
    rig.server(error("42601"), ready('I'));
    assertThat(rig.clientText()).contains("no-deletes");
  }

  @Test
  void after_objects_were_made_the_catalog_is_read_anew() {
    sure();
    rig.client(query("make t"));
    rig.server(complete("CREATE TABLE"), ready('I'));
    assertThat(known.refreshed).isZero();

    rig.client(query("read t"));
    run();

    assertThat(known.refreshed).isEqualTo(1);
    assertThat(rig.serverSaw()).isEqualTo("QQ");
  }

  @Test
  void within_the_transaction_that_made_them_they_are_uncommitted() {
    sure();
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.client(query("make t"));
    rig.server(complete("CREATE TABLE"), ready('T'));
    rig.client(query("read t"));

    assertThat(known.asked.get(known.asked.size() - 1).uncommitted()).hasSize(1);
    assertThat(known.refreshed).isZero();
  }

  @Test
  void in_a_failed_transaction_nothing_is_asked() {
    sure();
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.client(query("path x"));
    rig.server(error("22023"), ready('E'));
    rig.serverSaw();
    rig.client(query("read t"), query("begin rollback"));

    assertThat(rig.serverSaw()).isEqualTo("QQ");
    assertThat(known.asked.get(known.asked.size() - 1).searchPath()).isNull();
  }

  @Test
  void a_function_by_a_number_that_is_not_known_is_refused() {
    sure();
    rig.client(call());
    run();

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("no-deletes");
  }

  @Test
  void what_the_server_skips_is_recorded_as_that_and_does_not_reach_it() {
    rig.client(parse("", "bad"), Wire.flush());
    rig.server(error("42601"));
    rig.serverSaw();
    rig.client(parse("x", "delete t"), bind("", "x"), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEqualTo("S");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.SKIPPED);
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.SKIPPED);
  }
}
