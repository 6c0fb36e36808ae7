package dev.stepgate.gateway.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepUsersTest {

  @Test
  void the_user_that_was_asked_for_is_taken() throws Exception {
    OsUser root = OsUser.named("root").orElseThrow();

    assertThat(StepUsers.choose("root", Map.of("SUDO_USER", "daemon"))).isEqualTo(root);
    assertThatThrownBy(() -> StepUsers.choose("no-such-user-here", Map.of()))
        .hasMessage("there is no user no-such-user-here");
    assertThatThrownBy(() -> StepUsers.choose("-x", Map.of())).hasMessage("there is no user -x");
  }

  @Test
  void else_the_one_who_called_sudo() throws Exception {
    Optional<OsUser> daemon = OsUser.named("daemon");
    assumeTrue(daemon.isPresent(), "this test needs a user daemon");
    String uid = Integer.toString(daemon.get().uid());

    OsUser chosen = StepUsers.choose(null, Map.of("SUDO_USER", "daemon", "SUDO_UID", uid));

    assertThat(chosen).isEqualTo(daemon.get());
  }

  @Test
  void else_nobody_is_guessed() {
    assumeTrue(OsUser.named(StepUsers.ACCOUNT).isEmpty(), "this machine has the steps' account");

    assertThatThrownBy(() -> StepUsers.choose(null, Map.of()))
        .isInstanceOf(IsolationException.class)
        .hasMessageContaining("--user NAME");
    assertThatThrownBy(
            () -> StepUsers.choose(null, Map.of("SUDO_USER", "daemon", "SUDO_UID", "77777")))
        .hasMessageContaining("--user NAME");
    assertThatThrownBy(() -> StepUsers.choose(null, Map.of("SUDO_USER", "root", "SUDO_UID", "0")))
        .hasMessageContaining("--user NAME");
  }
}
