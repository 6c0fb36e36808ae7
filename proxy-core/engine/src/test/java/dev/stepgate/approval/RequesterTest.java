package dev.stepgate.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.session.Person;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever may be the one who asks is taken for that one. */
class RequesterTest {

  private static Person signedIn(String subject, String name) {
    return new Person(Person.SIGN_IN, subject, name, Set.of("dba"));
  }

  private static Person local(String name, int uid) {
    return Person.local(name, uid, List.of("dba"));
  }

  @Test
  void the_user_that_opened_the_session_by_number_and_by_name() {
    Requester requester = new Requester("alice(1001)", Map.of());

    assertThat(requester.is(local("alice", 1001))).isTrue();
    assertThat(requester.is(local("alice2", 1001))).isTrue();
    assertThat(requester.is(local("alice", 2001))).isTrue();
    assertThat(requester.is(signedIn("00u1", "Alice@acme.example"))).isTrue();
    assertThat(requester.is(local("bob", 1002))).isFalse();
  }

  @Test
  void the_user_that_root_runs_the_step_as() {
    Requester requester = new Requester("root(0) for a step of user 1005", Map.of());

    assertThat(requester.is(local("eve", 1005))).isTrue();
    assertThat(requester.is(local("bob", 5))).isFalse();
  }

  @Test
  void whoever_the_ci_system_says_started_the_job() {
    Requester requester =
        new Requester(
            "runner(998)", Map.of("actor", "Alice", "actor_id", "77", "user_email", "a.l@x.org"));

    assertThat(requester.is(signedIn("00u1", "alice"))).isTrue();
    assertThat(requester.is(signedIn("00u1", "alice@acme.example"))).isTrue();
    assertThat(requester.is(signedIn("77", "somebody"))).isTrue();
    assertThat(requester.is(signedIn("00u1", "A.L@x.org"))).isTrue();
    assertThat(requester.is(local("alice", 3000))).isTrue();
    assertThat(requester.is(signedIn("00u2", "bob@acme.example"))).isFalse();
  }

  @Test
  void a_users_number_is_no_name_of_the_ci_systems() {
    Requester requester = new Requester("runner(998)", Map.of("actor_id", "1001"));

    assertThat(requester.is(local("bob", 1001))).isFalse();
  }

  @Test
  void the_user_for_whom_a_local_job_runs() {
    Requester requester = new Requester("root(0)", Map.of("user", "alice", "uid", "1001"));

    assertThat(requester.is(local("alice", 1))).isTrue();
    assertThat(requester.is(local("other", 1001))).isTrue();
  }
}
