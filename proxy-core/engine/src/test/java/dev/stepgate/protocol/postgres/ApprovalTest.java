package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.copyIn;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.execute;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.admission.Gate;
import dev.stepgate.admission.Shown;
import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Desk;
import dev.stepgate.approval.Request;
import dev.stepgate.approval.RequestFiles;
import dev.stepgate.operation.Operation.Kind;
import dev.stepgate.operation.Outcome;
import dev.stepgate.policy.Decision;
import dev.stepgate.session.Person;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message that waits for people: nothing of it is forwarded before, and it is forwarded once. */
class ApprovalTest {

  private static final Person BOB = Person.local("bob", 1001, List.of("dba"));
  private static final Decision ASK =
      Decision.ask(
          "mass-writes", "Many rows.", new Decision.Ask(List.of("dba"), 1, Duration.ofMinutes(10)));

  @TempDir private Path state;
  private final Map<Kind, Decision> decisions = new EnumMap<>(Kind.class);
  private Instant now = Instant.parse("2026-11-24T15:02:11Z");
  private Desk desk;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(RequestFiles.open(state), () -> now, Runnable::run);
    desk.attend();
    rig = rig(Optional.of(desk));
    decisions.put(Kind.QUERY, ASK);
  }

  private Rig rig(Optional<Desk> asked) {
    return new Rig(
        new Gate(
            (session, connection, operation, millis) ->
                decisions.getOrDefault(operation.kind(), Decision.ALLOW),
            () -> now,
            asked),
        PostgresLimits.DEFAULT,
        new Memory());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Request asked() throws AnswerRefused {
    return desk.list(BOB, true).get(0);
  }

  private void answer(boolean approve, String reason) throws AnswerRefused {
    desk.answer(BOB, "bob(1001)", asked().id(), approve, reason);
    run();
  }

  private void run() {
    rig.client.runPendingTasks();
    rig.gather();
  }

  private void seconds(int seconds) {
    now = now.plusSeconds(seconds);
    for (int i = 0; i < seconds; i++) {
      rig.client.advanceTimeBy(1, TimeUnit.SECONDS);
      rig.client.runPendingTasks();
    }
    run();
  }

  private List<String> notes() {
    return rig.recording.events.stream().filter(event -> event.equals("note approval")).toList();
  }

  @Test
  void nothing_is_forwarded_and_the_client_is_told_who_can_decide() throws Exception {
    rig.client(query("delete from orders"));

    assertThat(rig.serverSaw()).isEmpty();
    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("N");
    assertThat(text)
        .contains("NOTICE")
        .contains(
            "waiting for approval " + asked().id() + " by somebody of dba, for 10 min at most")
        .contains("stepgate approve " + asked().id() + " [sg-7QK2:1]")
        .doesNotContain("locks");
    assertThat(asked().statement()).isEqualTo("delete from orders");
    assertThat(rig.operation(1).outcome).isNull();
  }

  @Test
  void what_was_approved_is_forwarded_as_it_was_sent_and_once() throws Exception {
    byte[] sent = query("delete from orders");
    rig.client(sent);
    rig.clientSaw();

    answer(true, "fine");

    assertThat(rig.toServer.toByteArray()).isEqualTo(sent);
    rig.server(complete("DELETE 3"), ready('I'));
    seconds(70);
    assertThat(rig.clientSaw()).isEqualTo("CZ");
    assertThat(rig.toServer.toByteArray()).isEqualTo(sent);
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.DONE);
    assertThat(asked().state()).isEqualTo(Request.State.USED);
    assertThat(notes()).hasSize(3);
  }

  @Test
  void what_comes_behind_waits_too_and_follows_in_order() throws Exception {
    rig.client(query("delete from orders"));
    decisions.remove(Kind.QUERY);
    rig.client(query("select 1"));
    assertThat(rig.serverSaw()).isEmpty();

    answer(true, "");
    rig.server(complete("DELETE 3"), ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("QQ");
    assertThat(rig.recording.events).contains("request 2");
    assertThat(rig.recording.operations.get(2L).request).contains("select 1");
  }

  @Test
  void the_client_is_told_again_each_minute() {
    rig.client(query("delete from orders"));
    rig.clientSaw();

    seconds(59);
    assertThat(rig.clientSaw()).isEmpty();
    seconds(1);
    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("N");
    assertThat(text).contains("for 9 min at most");
  }

  @Test
  void a_rejection_is_told_with_its_words() throws Exception {
    rig.client(query("delete from orders"));
    rig.clientSaw();

    answer(false, "not on a\nFriday");

    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientSaw()).isEqualTo("EZ");
    assertThat(text)
        .contains("42501")
        .contains("refused by rule \"mass-writes\": rejected by bob: not on a?Friday [sg-7QK2:1]");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.refused("mass-writes"));
  }

  @Test
  void nobody_in_time_is_a_refusal() throws Exception {
    rig.client(query("delete from orders"));
    rig.clientSaw();

    seconds(600);

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("nobody of dba has approved").contains("42501");
    assertThat(asked().state()).isEqualTo(Request.State.EXPIRED);
  }

  @Test
  void rules_that_were_reloaded_to_deny_meanwhile_win_over_the_approval() throws Exception {
    rig.client(query("delete from orders"));
    rig.clientSaw();
    decisions.put(Kind.QUERY, Decision.deny("freeze", "Not this week."));

    answer(true, "");

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("refused by rule \"freeze\": Not this week.");
    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
  }

  @Test
  void a_cancel_request_cancels_the_wait() throws Exception {
    rig.client(query("delete from orders"));
    rig.clientSaw();

    rig.relay.cancel();
    run();

    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("EZ");
    assertThat(text).contains("57014").contains("cancelled while it waited for approval");
    assertThat(rig.serverSaw()).isEmpty();
    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
    assertThat(rig.recording.events).contains("note cancel");
  }

  @Test
  void a_client_that_leaves_waits_no_more() throws Exception {
    rig.client(query("delete from orders"));
    rig.client(Wire.terminate());

    assertThat(rig.finished).isTrue();
    assertThat(rig.serverSaw()).isEmpty();
    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
    assertThat(rig.operation(1).outcome.status()).isEqualTo(Outcome.Status.REFUSED);
  }

  @Test
  void a_client_that_left_in_the_same_breath_is_not_waited_for() throws Exception {
    rig.client(query("delete from orders"), Wire.terminate());

    assertThat(rig.finished).isTrue();
    assertThat(rig.serverSaw()).isEmpty();
    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
  }

  @Test
  void a_client_that_is_gone_waits_no_more() throws Exception {
    rig.client(query("delete from orders"));
    rig.clientCloses();

    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
    assertThat(rig.operation(1).outcome.status()).isEqualTo(Outcome.Status.REFUSED);
    assertThat(rig.recording.ended).isNotNull();
  }

  @Test
  void a_session_that_is_sealed_waits_no_more_and_its_request_cannot_be_approved()
      throws Exception {
    rig.client(query("delete from orders"));

    rig.relay.fail(SqlState.SHUTDOWN, "the session was sealed");
    rig.gather();

    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
    assertThat(rig.clientText()).contains("the session was sealed");
  }

  @Test
  void an_execute_is_asked_with_its_parameters_and_its_parse_is_not() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("s", "delete from orders where id = $1"));
    assertThat(rig.serverSaw()).isEqualTo("P");
    rig.server(message('1'));
    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(asked().statement()).isEqualTo("delete from orders where id = $1");
    assertThat(asked().kind()).isEqualTo("execute");
    assertThat(asked().transaction()).isTrue();

    answer(true, "");
    assertThat(rig.serverSaw()).isEqualTo("BES");
  }

  @Test
  void a_refused_execute_fails_its_pipeline() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("", "delete from orders"), bind("", ""), execute("", 0), sync());
    assertThat(rig.serverSaw()).isEqualTo("PH");
    rig.server(message('1'));
    rig.clientSaw();

    answer(false, "");

    assertThat(rig.serverSaw()).isEqualTo("PS");
    rig.server(error("42601"), ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("EZ");
  }

  @Test
  void an_execute_whose_text_is_not_known_is_refused() {
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(bind("", "elsewhere"), execute("", 0), sync());

    rig.server(error("42601"), ready('I'));
    assertThat(rig.clientText()).contains("its text is not known");
  }

  @Test
  void what_goes_on_with_an_approved_portal_is_not_asked_again() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("", "select f()"), bind("p", ""), execute("p", 1), Wire.flush());
    rig.server(message('1'));
    answer(true, "");
    rig.server(message('2'), message('s'));
    rig.serverSaw();

    rig.client(execute("p", 1), sync());

    assertThat(rig.serverSaw()).isEqualTo("ES");
    assertThat(desk.list(BOB, true)).hasSize(1);
  }

  @Test
  void a_statement_that_an_approved_one_prepared_is_asked_when_it_runs() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("s", "select f()"), bind("s", "s"), execute("s", 0), sync());
    rig.server(message('1'));
    answer(true, "");
    rig.server(message('2'), complete("SELECT 1"), ready('I'));
    rig.serverSaw();

    // The portal of the approved operation has the statement's name; this is another run all the
    // same.
    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEmpty();
  }

  @Test
  void a_new_execution_of_the_same_statement_is_asked_again() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("s", "delete from orders"), bind("", "s"), execute("", 0), sync());
    rig.server(message('1'));
    answer(true, "");
    rig.server(message('2'), complete("DELETE 1"), ready('I'));
    rig.serverSaw();

    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(desk.list(BOB, true)).hasSize(2);
  }

  @Test
  void an_error_before_it_ends_the_wait_as_the_server_would() throws Exception {
    decisions.put(Kind.PARSE, ASK);
    decisions.put(Kind.EXECUTE, ASK);
    rig.client(parse("", "delete from nowhere"), bind("", ""), execute("", 0), sync());
    rig.serverSaw();

    rig.server(error("42P01"));

    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
    assertThat(rig.serverSaw()).isEqualTo("S");
    rig.server(ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("NEZ");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void inside_a_transaction_people_are_told_of_its_locks_and_a_rejection_fails_it()
      throws Exception {
    decisions.clear();
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.serverSaw();
    rig.clientSaw();
    decisions.put(Kind.QUERY, ASK);
    rig.client(query("delete from orders"));
    assertThat(rig.clientText()).contains("this transaction's locks are held meanwhile");
    assertThat(asked().transaction()).isTrue();

    answer(false, "");

    assertThat(rig.toServer.toString(StandardCharsets.UTF_8)).doesNotContain("orders");
    assertThat(rig.serverSaw()).isEqualTo("Q");
    rig.server(error("42601"), ready('E'));
    assertThat(rig.clientText()).contains("rejected by bob");
  }

  @Test
  void the_data_of_an_approved_copy_is_not_asked_again() throws Exception {
    decisions.put(Kind.COPY_IN, ASK);
    rig.client(query("copy t from stdin"));
    answer(true, "");
    rig.serverSaw();
    rig.server(copyIn());
    rig.client(Wire.copyData("1"), Wire.copyDone());

    assertThat(rig.serverSaw()).isEqualTo("dc");
  }

  @Test
  void a_copy_that_cannot_wait_is_refused() {
    decisions.clear();
    decisions.put(Kind.COPY_IN, ASK);
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    assertThat(rig.serverSaw()).isEqualTo("Qf");
    rig.client(Wire.copyDone());
    rig.server(error("57014"), ready('I'));

    assertThat(rig.clientText()).contains("cannot wait for it within another operation");
  }

  @Test
  void where_nobody_can_answer_nothing_waits() {
    rig.close();
    rig = rig(Optional.empty());
    rig.client(query("delete from orders"));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText())
        .contains("needs an approval by dba, and this gateway has no way to ask")
        .contains("42501");
  }

  @Test
  void what_is_too_large_to_be_shown_is_refused() throws Exception {
    rig.client(query("delete from orders -- " + "x".repeat(Shown.MAX_BYTES)));

    assertThat(rig.clientText()).contains("too large to be shown").contains("at most 131072");
    assertThat(desk.list(BOB, true)).isEmpty();
  }

  @Test
  void a_recording_that_fails_while_it_waits_ends_the_connection_and_nothing_runs()
      throws Exception {
    rig.client(query("delete from orders"));
    rig.recording.full = true;

    answer(true, "");

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.broken).isTrue();
    assertThat(asked().state()).isEqualTo(Request.State.CANCELLED);
  }

  @Test
  void an_approval_and_a_cancel_in_the_same_moment_run_nothing() throws Exception {
    rig.client(query("delete from orders"));
    desk.answer(BOB, "bob(1001)", asked().id(), true, "");
    rig.relay.cancel();
    run();

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("57014");
  }

  @Test
  void operations_that_nobody_asks_about_are_not_touched() {
    decisions.clear();
    rig.client(query("select 1"));

    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(rig.relay.approval()).isNull();
  }
}
