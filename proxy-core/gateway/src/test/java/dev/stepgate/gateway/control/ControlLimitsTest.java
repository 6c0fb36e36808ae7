package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.job.Seal;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the control socket makes of lines that are no messages, and of clients that want too much.
 */
@Timeout(60)
class ControlLimitsTest extends ControlFixture {

  @Test
  void lines_that_are_no_messages_are_answered_with_an_error_and_closed() throws Exception {
    start(admitting(own()), PATIENT);

    assertThat(talk("nonsense\n")).contains("\"error\":\"malformed\"", "no JSON object");
    assertThat(talk("[]\n")).contains("no JSON object");
    assertThat(talk("{\"v\":1,\"v\":1,\"do\":\"status\"}\n")).contains("no JSON object");
    assertThat(talk("{\"v\":2,\"do\":\"status\"}\n")).contains("v must be 1");
    assertThat(talk("{\"v\":1,\"do\":\"stop\"}\n"))
        .contains(
            "do must be open, seal, status, whoami, person, sign_in, read, approvals, approval or answer");
    assertThat(talk("{\"v\":1,\"do\":\"seal\"}\n")).contains("has no session");
    assertThat(talk("{\"v\":1,\"do\":\"status\",\"x\":1}\n")).contains("not known");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[]}\n")).contains("1 to 64 names");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[1]}\n")).contains("be strings");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[[[[[1]]]]]}\n")).contains("no JSON");
    assertThat(talk("{\"v\":1,\"do\":\"status\"}\n{\"v\":1,\"do\":\"status\"}\n"))
        .contains("must wait for the answer");
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_giant_line_is_refused_at_its_limit() throws Exception {
    start(admitting(own()), PATIENT);

    String answer = talk("x".repeat(ControlMessages.MAX_LINE));

    assertThat(answer).contains("longer than 65536 bytes");
  }

  @Test
  void a_client_that_sends_a_byte_now_and_then_is_closed_in_time() throws Exception {
    start(admitting(own()), Duration.ofMillis(300));

    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(ByteBuffer.wrap(new byte[] {'{'}));
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void a_session_may_be_silent_for_longer_than_a_request_may_take() throws Exception {
    start(admitting(own()), Duration.ofMillis(200));
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Optional.empty(), Map.of(), List.of("orders-db"));
      // Another connection's end proves that the limit has passed since.
      try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
        assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }

      Seal seal = session.seal();

      assertThat(seal.session()).isEqualTo(session.id());
    }
  }

  @Test
  void one_user_cannot_take_all_places_before_opening_anything() throws Exception {
    start(admitting(own()), PATIENT);
    List<SocketChannel> idle = new ArrayList<>();
    for (int i = 0; i < ControlServer.MAX_PENDING_PER_USER; i++) {
      idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
    }

    try (SocketChannel further = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThat(line(further)).contains("\"refused\"", "this user has 256 connections");
      assertThat(further.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThatThrownBy(() -> door.open(Optional.empty(), Map.of(), List.of("orders-db")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("this user has 256 connections without a session already");
    }
    for (SocketChannel channel : idle) {
      channel.close();
    }
  }

  @Test
  void a_second_session_on_a_connection_is_refused_and_ends_the_first() throws Exception {
    start(admitting(own()), PATIENT);
    byte[] open = ControlMessages.open(List.of("orders-db"), Optional.empty(), Map.of(), step());
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(ByteBuffer.wrap(open));
      line(client);

      client.write(ByteBuffer.wrap(open));

      assertThat(line(client)).contains("has a session already");
      assertThat(keeper.ended.take()).startsWith("interrupted");
    }
  }
}
