package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Isolation;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions over the control socket, from their opening to their seal. */
@Timeout(60)
class ControlServerTest extends ControlFixture {

  @Test
  void a_session_is_opened_and_sealed_over_one_connection() throws Exception {
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session =
          door.open(
              Optional.of("a.b.c"), Map.of("CI_JOB_ID", "7", "SECRET", "x"), List.of("orders-db"));
      Seal seal = session.seal();

      assertThat(session.isolation()).isEqualTo(Isolation.USER);
      assertThat(session.environment().variables(directory)).containsEntry("PGPASSWORD", "t0ken");
      assertThat(seal).isEqualTo(keeper.seal(session.id()));
      JobContext job = keeper.jobs.take();
      assertThat(job.claimed()).containsOnly(Map.entry("CI_JOB_ID", "7"));
      assertThat(job.evidence()).isEqualTo(new Evidence.Token("a.b.c"));
      assertThat(session.who()).isEqualTo("acme/orders@4f1c by alice (verified)");
      assertThat(session.modes()).containsExactly("enforce");
      assertThat(keeper.ended.take()).isEqualTo("sealed");
    }
  }

  @Test
  void without_a_token_the_evidence_is_the_user_that_the_kernel_names() throws Exception {
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      door.open(Optional.empty(), Map.of("GITHUB_ACTOR", "alice"), List.of("orders-db"));

      JobContext job = keeper.jobs.take();
      assertThat(job.evidence()).isEqualTo(new Evidence.LocalUser(own().name(), own().uid()));
      assertThat(job.stepUid()).isEqualTo(step().or(() -> Optional.of(uid())));
    }
  }

  private static int uid() {
    try {
      return own().uid();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whoami_tells_what_the_gateway_makes_of_user_and_token_and_opens_nothing() throws Exception {
    start(admitting(own()), PATIENT);
    Recognised user;
    Recognised token;

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      user = door.whoami(Optional.empty());
    }
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      token = door.whoami(Optional.of("a.b.c"));
    }

    assertThat(user.who()).isEqualTo("user ci");
    assertThat(user.open()).containsExactly("orders-db");
    assertThat(token.code()).isEqualTo("token-expired");
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_user_who_is_turned_away_stands_in_the_events() throws Exception {
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);

    assertThat(talk("{\"v\":1,\"do\":\"whoami\"}\n")).contains("forbidden");

    Event event = keeper.refused.take();
    assertThat(event.kind()).isEqualTo("request-refused");
    assertThat(event.text("code")).isEqualTo("forbidden");
    assertThat(event.text("by")).isEqualTo(own().label());
  }

  @Test
  void tokens_that_wait_for_an_issuer_hold_up_no_seal_and_nobody_without_one() throws Exception {
    start(admitting(own()), PATIENT);
    keeper.mayVerify = new CountDownLatch(1);
    List<SocketChannel> waiting = new ArrayList<>();
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Optional.empty(), Map.of(), List.of("orders-db"));
      for (int i = 0; i < 16; i++) {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        waiting.add(client);
        client.write(
            ByteBuffer.wrap(
                ControlMessages.open(List.of("o"), Optional.of("a.b.c"), Map.of(), step())));
      }
      keeper.verifying.await();

      try (ControlDoor other = ControlDoor.connect(socket(), step())) {
        other.open(Optional.empty(), Map.of(), List.of("orders-db")).seal();
      }
      session.seal();
      assertThat(keeper.jobs).hasSize(2);

      keeper.mayVerify.countDown();
      for (SocketChannel client : waiting) {
        assertThat(line(client)).contains("opened");
      }
    } finally {
      keeper.mayVerify.countDown();
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void a_gateway_that_gets_no_thread_says_so_instead_of_leaving_the_peer_waiting()
      throws Exception {
    keeper.broken = new OutOfMemoryError("unable to create native thread");
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .hasMessageContaining("unable to create native thread");
    }
  }

  @Test
  void a_connection_that_is_lost_interrupts_its_session() throws Exception {
    start(admitting(own()), PATIENT);
    ControlDoor door = ControlDoor.connect(socket(), step());
    door.open(Optional.empty(), Map.of(), List.of("orders-db"));

    door.close();

    assertThat(keeper.ended.take()).isEqualTo("interrupted: its control connection was closed");
    assertThat(server.sessions()).isZero();
  }

  @Test
  void a_connection_that_is_lost_while_its_session_is_being_opened_interrupts_it()
      throws Exception {
    keeper.mayOpen = new CountDownLatch(1);
    start(admitting(own()), PATIENT);
    SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    client.write(
        ByteBuffer.wrap(
            ControlMessages.open(List.of("orders-db"), Optional.empty(), Map.of(), step())));
    keeper.opening.await();
    client.close();

    keeper.mayOpen.countDown();

    assertThat(keeper.ended.take()).isEqualTo("interrupted: its control connection was closed");
  }

  @Test
  void stopping_the_server_interrupts_what_is_open() throws Exception {
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      door.open(Optional.empty(), Map.of(), List.of("orders-db"));

      server.close();

      assertThat(keeper.ended.take()).isEqualTo("interrupted: the gateway was stopped");
      assertThat(socket()).doesNotExist();
    }
  }

  @Test
  void draining_lets_nobody_in_and_lets_sessions_end() throws Exception {
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Optional.empty(), Map.of(), List.of("orders-db"));

      server.drain();

      session.seal();
      assertThat(keeper.ended.take()).isEqualTo("sealed");
      assertThatThrownBy(() -> ControlDoor.connect(socket(), step()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_user_who_is_not_named_is_refused() throws Exception {
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("this user may not open sessions here")
          .matches(e -> ((Failure) e).code() == ExitCode.REFUSED);
    }
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void the_gateways_own_user_is_refused_unless_the_operator_said_so() throws Exception {
    start(new Admittance(own().uid(), Set.of(own().uid()), Set.of(), false), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .hasMessageContaining("could read the gateway's memory");
    }
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_refusal_of_the_gateways_reaches_the_client_as_plain_text() throws Exception {
    keeper.refusal = "no \u001b[31m connection";
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .hasMessage("the gateway says: no \\x1b[31m connection");
    }
  }

  @Test
  void a_gateway_tells_its_name_to_those_who_may_open_sessions() throws Exception {
    start(admitting(own()), PATIENT);
    Optional<String> told = ControlDoor.gatewayName(socket());
    server.close();
    Optional<String> gone = ControlDoor.gatewayName(socket());
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);

    Optional<String> stranger = ControlDoor.gatewayName(socket());

    assertThat(told).contains("test");
    assertThat(gone).isEmpty();
    assertThat(stranger).isEmpty();
  }

  @Test
  void a_seal_that_cannot_be_kept_is_said_and_the_session_interrupted() throws Exception {
    keeper.sealFailure = "the disk is full";
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Optional.empty(), Map.of(), List.of("orders-db"));

      assertThatThrownBy(session::seal)
          .hasMessageContaining("the disk is full")
          .matches(e -> ((Failure) e).code() == ExitCode.GATEWAY);

      assertThat(keeper.ended.take()).startsWith("interrupted");
    }
  }

  @Test
  void a_socket_left_by_a_dead_gateway_is_taken_and_a_living_ones_is_not() throws Exception {
    start(admitting(own()), PATIENT);

    assertThatThrownBy(() -> ControlServer.start(socket(), keeper, admitting(own()), PATIENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another gateway answers");

    server.close();
    Files.createFile(socket());
    start(admitting(own()), PATIENT);
    assertThat(talk("{\"v\":1,\"do\":\"status\"}\n")).contains("\"gateway\":\"test\"");
  }
}
