package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.config.ServeConfig;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.session.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmittanceTest {

  private static final int GATEWAY = 990;
  private static final OsUser RUNNER = new OsUser("runner", 1001, 1001, "/home/runner");
  private static final OsUser SELF = new OsUser("stepgate", GATEWAY, GATEWAY, "/");
  private static final OsUser ROOT = new OsUser("root", 0, 0, "/root");

  @Test
  void nobody_is_admitted_unless_named() {
    Admittance nobody = new Admittance(GATEWAY, Set.of(), Set.of(), false);

    assertThat(nobody.admits(RUNNER)).isFalse();
    assertThat(nobody.admits(ROOT)).isFalse();
    assertThat(nobody.admitsNobody()).isTrue();
  }

  @Test
  void a_named_user_is_admitted_by_number() {
    Admittance admittance = new Admittance(GATEWAY, Set.of(1001), Set.of(), false);

    assertThat(admittance.admits(RUNNER)).isTrue();
    assertThat(admittance.admits(SELF)).isFalse();
  }

  @Test
  void a_member_of_a_named_group_is_admitted() throws Exception {
    OsUser own = OsUser.current();

    assertThat(new Admittance(GATEWAY, Set.of(), Set.of(own.gid()), false).admits(own)).isTrue();
    assertThat(new Admittance(GATEWAY, Set.of(), Set.of(own.gid() + 7), false).admits(own))
        .isFalse();
  }

  @Test
  void another_user_is_kept_apart_by_being_another() {
    Admittance admittance = new Admittance(GATEWAY, Set.of(1001), Set.of(), false);

    assertThat(admittance.isolation(new Peer(RUNNER), Optional.empty())).contains(Isolation.USER);
  }

  @Test
  void the_gateways_own_user_is_kept_apart_by_nothing() {
    Admittance strict = new Admittance(GATEWAY, Set.of(GATEWAY), Set.of(), false);
    Admittance told = new Admittance(GATEWAY, Set.of(GATEWAY), Set.of(), true);

    assertThat(strict.isolation(new Peer(SELF), Optional.empty())).isEmpty();
    assertThat(told.isolation(new Peer(SELF), Optional.empty())).contains(Isolation.NONE);
  }

  @Test
  void root_must_say_which_other_user_the_step_is() {
    Admittance admittance = new Admittance(GATEWAY, Set.of(0), Set.of(), false);

    assertThat(admittance.isolation(new Peer(ROOT), Optional.empty())).isEmpty();
    assertThat(admittance.isolation(new Peer(ROOT), Optional.of(0))).isEmpty();
    assertThat(admittance.isolation(new Peer(ROOT), Optional.of(GATEWAY))).isEmpty();
    assertThat(admittance.isolation(new Peer(ROOT), Optional.of(1001))).contains(Isolation.USER);
  }

  @Test
  void a_name_that_the_system_does_not_know_is_an_error_of_configuration() {
    ServeConfig config = new ServeConfig(Path.of("/s"), List.of("no-such-user-here"), List.of());

    assertThatThrownBy(() -> Admittance.of(config, GATEWAY, false))
        .isInstanceOf(Failure.class)
        .hasMessage("serve.users: this system has no no-such-user-here");
  }
}
