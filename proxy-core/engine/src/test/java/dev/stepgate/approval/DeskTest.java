package dev.stepgate.approval;

import static dev.stepgate.approval.Scene.BOB;
import static dev.stepgate.approval.Scene.CAROL;
import static dev.stepgate.approval.Scene.DAVE;
import static dev.stepgate.approval.Scene.LATER;
import static dev.stepgate.approval.Scene.SESSION;
import static dev.stepgate.approval.Scene.digest;
import static dev.stepgate.approval.Scene.job;
import static dev.stepgate.approval.Scene.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.approval.AnswerRefused.Code;
import dev.stepgate.session.Person;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People answer requests, and an answer is good for exactly what was asked, once, in time. */
class DeskTest {

  @TempDir private Path state;
  private Scene scene;

  @BeforeEach
  void open() {
    scene = new Scene(state);
  }

  private Request yes(Person person, String id) throws AnswerRefused {
    return scene.desk.answer(person, "p(1)", id, true, "");
  }

  private Code refusal(Person person, String id, boolean approve) {
    AnswerRefused refused =
        catchThrowableOfType(
            AnswerRefused.class, () -> scene.desk.answer(person, "p(1)", id, approve, ""));
    assertThat(refused).isNotNull();
    return refused.code();
  }

  @Test
  void what_was_approved_can_be_used() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");

    yes(BOB, asker.id());

    assertThat(asker.told).containsExactly("asked", "approved");
    assertThat(asker.use(asker.digest)).isEmpty();
    assertThat(scene.files.find(asker.id()).get().state()).isEqualTo(Request.State.USED);
  }

  @Test
  void an_approval_replayed_is_good_for_nothing() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    yes(BOB, asker.id());
    asker.use(asker.digest);

    assertThat(scene.desk.use(asker.id(), asker.digest)).hasValue("its approval is used");
    assertThat(refusal(CAROL, asker.id(), true)).isEqualTo(Code.ENDED);
    Scene.Asker again = scene.new Asker("delete from orders");
    assertThat(again.told).containsExactly("asked");
    assertThat(again.id()).isNotEqualTo(asker.id());
  }

  @Test
  void an_approval_is_not_good_for_another_text() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders where id = 1");
    yes(BOB, asker.id());

    String why = asker.use(digest(job("alice", "4f1c09"), "delete from orders"));

    assertThat(why).contains("no longer what was approved");
    assertThat(scene.files.find(asker.id()).get().state()).isEqualTo(Request.State.CANCELLED);
  }

  @Test
  void another_commit_or_another_job_is_another_request() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    yes(BOB, asker.id());

    assertThat(digest(job("alice", "beef"), "delete from orders")).isNotEqualTo(asker.digest);
    assertThat(digest(job("mallory", "4f1c09"), "delete from orders")).isNotEqualTo(asker.digest);
    assertThat(asker.use(digest(job("alice", "beef"), "delete from orders"))).isNotEmpty();
  }

  @Test
  void two_who_answer_at_once_are_told_who_was_first() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    CountDownLatch together = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Optional<Code>>> answers = new ArrayList<>();
      for (Person person : List.of(BOB, CAROL)) {
        answers.add(
            threads.submit(
                () -> {
                  together.await();
                  try {
                    yes(person, asker.id());
                    return Optional.empty();
                  } catch (AnswerRefused e) {
                    return Optional.of(e.code());
                  }
                }));
      }
      together.countDown();

      List<Optional<Code>> codes = List.of(answers.get(0).get(), answers.get(1).get());
      assertThat(codes).containsExactlyInAnyOrder(Optional.empty(), Optional.of(Code.ENDED));
      assertThat(scene.files.find(asker.id()).get().answers()).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void of_two_gateways_that_share_a_store_one_writes_first() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    Request seen = scene.files.find(asker.id()).get();
    yes(BOB, asker.id());

    assertThat(scene.files.replace(seen.answered(CAROL, "p(1)", false, "", scene.now))).isFalse();
    assertThat(scene.files.find(asker.id()).get().state()).isEqualTo(Request.State.APPROVED);
  }

  @Test
  void who_asks_does_not_answer() {
    Scene.Asker asker =
        scene.new Asker(question(SESSION, job("Carol", "4f1c09"), "delete from orders", 1));

    assertThat(refusal(CAROL, asker.id(), true)).isEqualTo(Code.REQUESTER);
    assertThat(refusal(CAROL, asker.id(), false)).isEqualTo(Code.REQUESTER);
    Person runner = Person.local("gitlab-runner", 998, List.of("dba"));
    assertThat(refusal(runner, asker.id(), true)).isEqualTo(Code.REQUESTER);
    assertThat(asker.told).containsExactly("asked");
  }

  @Test
  void who_is_in_none_of_the_groups_learns_not_even_that_it_is_there() {
    Scene.Asker asker = scene.new Asker("delete from orders");

    assertThat(refusal(DAVE, asker.id(), true)).isEqualTo(Code.UNKNOWN);
    assertThat(refusal(BOB, "ap-0000000000", true)).isEqualTo(Code.UNKNOWN);
    assertThat(refusal(BOB, "../../etc/passwd", true)).isEqualTo(Code.UNKNOWN);
  }

  @Test
  void after_its_time_it_can_be_neither_approved_nor_used() throws Exception {
    Scene.Asker late = scene.new Asker("delete from orders");
    Scene.Asker approved = scene.new Asker("delete from items");
    yes(BOB, approved.id());
    scene.pass(Duration.ofMinutes(10));

    assertThat(refusal(BOB, late.id(), true)).isEqualTo(Code.EXPIRED);
    assertThat(approved.use(approved.digest)).contains("expired");
    assertThat(late.told).containsExactly("asked", "expired");
    assertThat(approved.told).containsExactly("asked", "approved", "expired");
  }

  @Test
  void a_moment_before_its_time_is_in_time() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    scene.pass(Duration.ofMinutes(10).minusMillis(1));

    assertThat(yes(BOB, asker.id()).state()).isEqualTo(Request.State.APPROVED);
  }

  @Test
  void who_waits_is_told_when_the_time_is_over() {
    Scene.Asker asker = scene.new Asker("delete from orders");
    asker.ticket.look();
    scene.pass(Duration.ofMinutes(10));
    asker.ticket.look();

    assertThat(asker.told).containsExactly("asked", "expired");
  }

  @Test
  void where_two_have_to_agree_each_counts_once() throws Exception {
    Scene.Asker asker =
        scene.new Asker(question(SESSION, job("alice", "4f1c09"), "delete from orders", 2));

    yes(BOB, asker.id());
    assertThat(refusal(BOB, asker.id(), true)).isEqualTo(Code.TWICE);
    Person renamed = Person.local("robert", 1001, List.of("dba"));
    assertThat(refusal(renamed, asker.id(), true)).isEqualTo(Code.TWICE);
    assertThat(asker.use(asker.digest)).isEqualTo("its approval is asked");
  }

  @Test
  void the_second_of_two_lets_it_run() throws Exception {
    Scene.Asker asker =
        scene.new Asker(question(SESSION, job("alice", "4f1c09"), "delete from orders", 2));

    yes(BOB, asker.id());
    yes(CAROL, asker.id());

    assertThat(asker.told).containsExactly("asked", "agreed", "approved");
    assertThat(asker.use(asker.digest)).isEmpty();
  }

  @Test
  void one_who_rejects_ends_it_even_after_others_agreed() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    yes(BOB, asker.id());

    scene.desk.answer(CAROL, "p(1)", asker.id(), false, "not today");

    assertThat(asker.told).containsExactly("asked", "approved", "rejected");
    assertThat(asker.use(asker.digest)).isEqualTo("its approval is rejected");
    assertThat(refusal(BOB, asker.id(), true)).isEqualTo(Code.ENDED);
  }

  @Test
  void what_was_cancelled_cannot_be_approved() {
    Scene.Asker asker = scene.new Asker("delete from orders");

    asker.ticket.cancel("the client cancelled it");

    assertThat(refusal(BOB, asker.id(), true)).isEqualTo(Code.ENDED);
    assertThat(scene.new Asker("delete from orders").id()).isNotEqualTo(asker.id());
  }

  @Test
  void an_answer_counts_after_the_gateway_was_killed() throws Exception {
    Scene.Asker before = scene.new Asker("delete from orders");
    scene.restart();
    yes(BOB, before.id());
    scene.restart();

    Scene.Asker after =
        scene.new Asker(question(LATER, job("alice", "4f1c09"), "delete from orders", 1));

    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.told).containsExactly("asked", "approved");
    assertThat(after.use(after.digest)).isEmpty();
  }

  @Test
  void an_answer_after_a_restart_has_expired_in_time_too() throws Exception {
    Scene.Asker before = scene.new Asker("delete from orders");
    yes(BOB, before.id());
    scene.restart();
    scene.pass(Duration.ofMinutes(10));

    Scene.Asker after =
        scene.new Asker(question(LATER, job("alice", "4f1c09"), "delete from orders", 1));

    assertThat(after.id()).isNotEqualTo(before.id());
    assertThat(after.told).containsExactly("asked");
    assertThat(scene.files.find(before.id()).get().state()).isEqualTo(Request.State.EXPIRED);
  }

  @Test
  void what_was_used_before_the_gateway_was_killed_stays_used() throws Exception {
    Scene.Asker before = scene.new Asker("delete from orders");
    yes(BOB, before.id());
    before.use(before.digest);
    scene.restart();

    assertThat(scene.desk.use(before.id(), before.digest)).hasValue("its approval is used");
    assertThat(scene.new Asker("delete from orders").told).containsExactly("asked");
  }

  @Test
  void a_request_for_which_somebody_waits_is_not_taken_up_by_another() {
    Scene.Asker one = scene.new Asker("delete from orders");
    Scene.Asker other = scene.new Asker("delete from orders");

    assertThat(other.id()).isNotEqualTo(one.id());
  }

  @Test
  void a_session_has_so_many_requests_open_and_no_more() {
    for (int i = 0; i < Desk.MAX_OPEN_OF_A_SESSION; i++) {
      assertThat(scene.new Asker("delete from t" + i).told).containsExactly("asked");
    }

    assertThat(scene.new Asker("delete from one_more").told.get(0))
        .startsWith(
            "failed: this session has asked too often: 16 of its requests are open, 16 may");
    assertThat(scene.new Asker(question(LATER, job("alice", "4f1c09"), "delete from t", 1)).told)
        .containsExactly("asked");
  }

  @Test
  void what_cannot_be_written_is_neither_asked_nor_run() throws Exception {
    Scene.Asker asker = scene.new Asker("delete from orders");
    yes(BOB, asker.id());
    Path directory = state.resolve(RequestFiles.DIRECTORY);
    Files.move(directory, state.resolve("gone"));

    assertThat(asker.use(asker.digest)).startsWith("that its approval is used cannot be kept");
    assertThat(scene.new Asker("delete from items").told.get(0))
        .startsWith("failed: the request cannot be kept");
  }

  @Test
  void people_see_what_they_may_answer_and_the_answers() throws Exception {
    Scene.Asker first = scene.new Asker("delete from orders");
    scene.pass(Duration.ofSeconds(1));
    Scene.Asker second = scene.new Asker("delete from items");
    scene.desk.answer(BOB, "bob(1001)", first.id(), false, "no");

    assertThat(scene.desk.list(CAROL, false)).extracting(Request::id).containsExactly(second.id());
    assertThat(scene.desk.list(CAROL, true))
        .extracting(Request::id)
        .containsExactly(second.id(), first.id());
    assertThat(scene.desk.list(DAVE, true)).isEmpty();
    assertThat(scene.desk.show(BOB, first.id()).answers().get(0).reason()).isEqualTo("no");
  }
}
