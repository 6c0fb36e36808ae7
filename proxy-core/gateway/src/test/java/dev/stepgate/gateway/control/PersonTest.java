package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is taken for a person at the control socket, and that no job is. */
@Timeout(60)
class PersonTest extends ControlFixture {

  private static Admittance admittingNobody() throws IOException {
    return new Admittance(own().uid() + 1, Set.of(), Set.of(), false);
  }

  private RecognisedPerson ask(Optional<String> token) throws Exception {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      return door.person(token);
    }
  }

  @Test
  void a_user_who_may_open_no_session_can_be_a_person_and_is_told_what_they_may() throws Exception {
    start(admittingNobody(), PATIENT);

    assertThat(ask(Optional.empty()))
        .isEqualTo(new RecognisedPerson("", "", own().name(), "local", "7", List.of("dba"), true));
    assertThat(ask(Optional.of("a.b.c")).name()).isEqualTo("a.b.c");
    assertThat(keeper.refused).isEmpty();
  }

  @Test
  void a_user_as_whom_steps_may_run_is_no_person_whatever_token_they_hold() {
    OsUser job = new OsUser("ci", 4711, 4711, "/");
    Admittance admitting = new Admittance(1, Set.of(4711), Set.of(), false);
    PersonDoor door = new PersonDoor(keeper, admitting);

    assertThat(door.person(job, Optional.empty()).code()).isEqualTo("jobs-user");
    assertThat(door.person(job, Optional.of("a.b.c")).code()).isEqualTo("jobs-user");
  }

  @Test
  void the_account_for_steps_is_no_person() {
    PersonDoor door = new PersonDoor(keeper, new Admittance(1, Set.of(), Set.of(), false));

    assertThat(door.person(new OsUser("stepgate-step", 900, 900, "/"), Optional.of("a")).code())
        .isEqualTo("jobs-user");
  }

  @Test
  void the_gateway_s_own_user_is_no_person_where_steps_run_as_it() {
    OsUser gateway = new OsUser("stepgate", 900, 900, "/");

    assertThat(personOf(gateway, true).code()).isEqualTo("jobs-user");
    assertThat(personOf(gateway, false).code()).isEmpty();
  }

  private RecognisedPerson personOf(OsUser gateway, boolean noIsolation) {
    return new PersonDoor(keeper, new Admittance(gateway.uid(), Set.of(), Set.of(), noIsolation))
        .person(gateway, Optional.of("a.b.c"));
  }

  @Test
  void a_user_is_no_person_while_a_step_runs_as_them_and_one_afterwards() {
    OsUser user = new OsUser("alice", 4711, 4711, "/");
    PersonDoor door = new PersonDoor(keeper, new Admittance(1, Set.of(), Set.of(), false));

    door.stepBegins(4711);
    door.stepBegins(4711);
    door.stepEnded(4711);
    String during = door.person(user, Optional.of("a.b.c")).code();
    door.stepEnded(4711);

    assertThat(during).isEqualTo("jobs-user");
    assertThat(door.person(user, Optional.of("a.b.c")).accepted()).isTrue();
  }

  @Test
  void over_the_socket_a_process_of_the_steps_user_is_no_person_and_stands_in_the_events()
      throws Exception {
    start(new Admittance(own().uid(), Set.of(), Set.of(), true), PATIENT);

    assertThat(ask(Optional.of("a.b.c")).code()).isEqualTo("jobs-user");
    Event event = keeper.refused.take();
    assertThat(event.kind()).isEqualTo("person-refused");
    assertThat(event.text("code")).isEqualTo("jobs-user");
    assertThat(event.text("by")).isEqualTo(own().label());
  }

  @Test
  void no_session_is_opened_for_a_step_that_would_run_as_a_person() throws Exception {
    start(admitting(own()), PATIENT);
    int uid = own().uid() == 0 ? 2 : own().uid(); // 2 is bin, a user that every system has
    keeper.personUid = uid;

    try (ControlDoor door = ControlDoor.connect(socket(), step().map(any -> uid))) {
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("no step runs as a person");
    }
    assertThat(keeper.refused.take().text("code")).isEqualTo("person");
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_gateway_does_not_start_with_a_person_as_whom_steps_run_or_whom_nobody_knows() {
    Admittance admittance = new Admittance(900, Set.of(1), Set.of(), false);

    assertThatThrownBy(() -> admittance.apartFromSteps(Set.of("root")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no step is a person");
    assertThatThrownBy(() -> admittance.apartFromSteps(Set.of("daemon")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("daemon(1)");
    assertThatThrownBy(() -> admittance.apartFromSteps(Set.of("no-such-user")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no-such-user");
  }

  private static SignInTerms terms() {
    return new SignInTerms(
        "https://login.example",
        "stepgate-cli",
        List.of("openid", "groups"),
        Optional.of("device"),
        Set.of("keys.example"),
        Optional.of("-----BEGIN CERTIFICATE-----\n"),
        Duration.ofSeconds(30),
        Duration.ofHours(12));
  }

  @Test
  void people_are_told_where_they_sign_in() throws Exception {
    keeper.terms = terms();
    start(admittingNobody(), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThat(door.signIn()).isEqualTo(terms());
    }
    assertThat(keeper.refused).isEmpty();
  }

  @Test
  void where_nobody_signs_in_that_is_said() throws Exception {
    start(admittingNobody(), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThatThrownBy(door::signIn).hasMessageContaining("people.sign_in is not configured");
    }
  }

  @Test
  void a_user_as_whom_steps_may_run_is_not_told_where_to_sign_in_and_the_attempt_is_an_event()
      throws Exception {
    keeper.terms = terms();
    boolean root = own().uid() == OsUser.ROOT;
    // Root asks for steps of others; as the gateway's own user without isolation it is a step's.
    start(root ? new Admittance(OsUser.ROOT, Set.of(), Set.of(), true) : admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThatThrownBy(door::signIn).hasMessageContaining("only people sign in here");
    }
    Event event = keeper.refused.take();
    assertThat(event.kind()).isEqualTo("person-refused");
    assertThat(event.text("code")).isEqualTo("jobs-user");
  }
}
