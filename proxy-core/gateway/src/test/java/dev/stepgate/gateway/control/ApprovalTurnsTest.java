package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Desk;
import dev.stepgate.approval.Question;
import dev.stepgate.approval.Request;
import dev.stepgate.approval.RequestFiles;
import dev.stepgate.approval.Wait;
import dev.stepgate.event.Event;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Person;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People answer through the control socket, and nobody else does. */
@Timeout(60)
class ApprovalTurnsTest extends ControlFixture {

  private static final String STATEMENT = "delete from orders -- " + "\u00e9".repeat(40_000);

  private final List<String> told = new ArrayList<>();
  private Desk desk;
  private String id;

  @BeforeEach
  void aRequest() throws IOException {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-24T15:02:11Z"));
    desk = new Desk(RequestFiles.open(directory), clock, Runnable::run);
    keeper.desk = new Around(desk);
    ask();
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);
  }

  private record Around(Desk desk) implements PeoplesDesk {
    @Override
    public List<Request> list(Person person, boolean endedToo) throws AnswerRefused {
      return desk.list(person, endedToo);
    }

    @Override
    public Request show(Person person, String by, String id) throws AnswerRefused {
      return desk.show(person, id);
    }

    @Override
    public Request answer(Person person, String by, String id, boolean approve, String reason)
        throws AnswerRefused {
      return desk.answer(person, by, id, approve, reason);
    }
  }

  private void ask() {
    SessionId session = new SessionId("01K8Z3V9QH4M2T7C5R1XW0E6JA");
    desk.ask(
        new Question(
            new Session(
                session,
                "test",
                Instant.EPOCH,
                "ci(998)",
                Isolation.USER,
                Bearer.user("ci", 998),
                Map.of(),
                List.of("orders-db")),
            "orders-db",
            17,
            "sg-E6JA:17",
            "mass-writes",
            "Many rows.",
            List.of("dba"),
            1,
            Duration.ofMinutes(10),
            "9c41",
            "query",
            STATEMENT,
            List.of("$1 = 7"),
            List.of("delete table app.orders"),
            false,
            "5b1e"),
        new Wait() {
          @Override
          public void asked(Request request) {
            id = request.id();
          }

          @Override
          public void agreed(Request request) {
            told.add("agreed");
          }

          @Override
          public void approved(Request request) {
            told.add("approved");
          }

          @Override
          public void ended(Request request) {
            told.add(request.state().word());
          }

          @Override
          public void failed(String sentence) {
            told.add(sentence);
          }
        },
        Runnable::run);
  }

  @Test
  void a_person_sees_the_whole_request_and_answers_it() throws Exception {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThat(door.approvals(Optional.empty(), false).get(0).id()).isEqualTo(id);
      String whole = new String(door.approval(Optional.empty(), id), StandardCharsets.UTF_8);
      assertThat(whole).contains(STATEMENT).contains("\"$1 = 7\"");
      assertThat(door.answer(Optional.empty(), id, true, "fine").state()).isEqualTo("approved");
    }

    assertThat(told).containsExactly("approved");
  }

  @Test
  void whoever_is_no_person_sees_nothing_and_decides_nothing_with_a_token_either()
      throws Exception {
    server.close();
    start(new Admittance(own().uid(), Set.of(), Set.of(), true), PATIENT); // steps run as this user

    for (Optional<String> token : List.of(Optional.<String>empty(), Optional.of("a.b.c"))) {
      assertThat(message(token, "approve")).contains("only people approve here");
      assertThat(message(token, "list")).contains("only people approve here");
      assertThat(message(token, "show")).contains("only people approve here");
    }
    assertThat(told).isEmpty();
    assertThat(keeper.refused.take().kind()).isEqualTo("person-refused");
    Event refused = keeper.refused.take();
    assertThat(refused.kind()).isEqualTo("approval-refused");
    assertThat(refused.text("code")).isEqualTo("no-person");
    assertThat(refused.text("wanted")).isEqualTo("approve");
    assertThat(refused.text("id")).isEqualTo(id);
  }

  private String message(Optional<String> token, String what) throws IOException {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      return catchThrowable(
              () -> {
                switch (what) {
                  case "approve" -> door.answer(token, id, true, "");
                  case "list" -> door.approvals(token, true);
                  default -> door.approval(token, id);
                }
              })
          .getMessage();
    }
  }

  @Test
  void an_answer_that_does_not_count_says_why() throws Exception {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      door.answer(Optional.empty(), id, false, "no");
    }

    assertThat(message(Optional.empty(), "approve")).contains("is rejected already");
    id = "ap-0000000000";
    assertThat(message(Optional.empty(), "show")).contains("there is no request ap-0000000000");
  }

  @Test
  void a_line_that_is_not_whole_is_malformed() throws Exception {
    for (String line :
        List.of(
            "{\"v\":1,\"do\":\"approvals\"}",
            "{\"v\":1,\"do\":\"approval\",\"id\":\"x\",\"at\":-1}",
            "{\"v\":1,\"do\":\"answer\",\"id\":\"x\",\"approve\":\"yes\",\"reason\":\"\"}",
            "{\"v\":1,\"do\":\"answer\",\"id\":\"x\",\"approve\":true}")) {
      assertThat(talk(line + "\n")).contains("malformed");
    }
  }
}
