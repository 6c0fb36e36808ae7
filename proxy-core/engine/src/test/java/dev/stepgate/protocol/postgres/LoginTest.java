package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static dev.stepgate.protocol.postgres.Gateway.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.transport.DialTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A client's login at the gateway, over real sockets. */
class LoginTest {

  static void trusting(Peer peer, int number) throws IOException {
    peer.readUntyped();
    peer.send(Gateway.authenticationOk(), Gateway.welcome());
    serve(peer);
  }

  static void serve(Peer peer) throws IOException {
    while (true) {
      byte[] message = peer.read();
      if (message[0] == 'X') {
        return;
      }
      peer.send(Wire.complete("SELECT 0"), Wire.ready('I'));
    }
  }

  @Test
  void a_client_with_the_token_gets_a_session_and_a_key_of_its_own() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      byte[] setting = peer.read('S');
      byte[] key = peer.read('K');
      peer.read('Z');
      peer.send(Wire.query("select 1"));

      assertThat(peer.readToReady()).isEqualTo("CZ");
      assertThat(new String(setting, StandardCharsets.UTF_8)).contains("server_version");
      assertThat(key)
          .hasSize(13)
          .isNotEqualTo(Wire.message('K', Wire.int32(4711), Wire.int32(0x5ec3e7)));
      assertThat(gateway.recordings).hasSize(1);
      assertThat(gateway.recordings.get(0).events).contains("note startup", "note upstream");
    }
  }

  @Test
  void a_dead_server_is_told_in_the_systems_words() throws Exception {
    int port;
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting)) {
      port = server.port();
    }
    try (Gateway gateway = new Gateway(target(port, UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      String error = new String(peer.read('E'), StandardCharsets.UTF_8);

      assertThat(error)
          .contains("the server cannot be reached: Connection refused")
          .doesNotContain("finishConnect", "failed with error");
    }
  }

  @Test
  void start_up_parameters_go_to_the_server_but_protocol_options_do_not() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  seen.set(new String(peer.readUntyped(), StandardCharsets.UTF_8));
                  done.countDown();
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.dial()) {
      peer.send(
          startup(9, "user", USER, "database", "orders", "options", "-c x=1", "_pq_.new", "on"));
      byte[] negotiation = peer.read('v');
      Gateway.prove(peer, Gateway.TOKEN);
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(seen.get()).contains("options\0-c x=1").doesNotContain("_pq_");
      assertThat(negotiation)
          .isEqualTo(
              Wire.message('v', Wire.int32(3 << 16 | 2), Wire.int32(1), Wire.text("_pq_.new")));
    }
  }

  @Test
  void newer_clients_get_longer_keys() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.dial()) {
      peer.send(startup(2, "user", USER, "database", "orders"));
      Gateway.prove(peer, Gateway.TOKEN);
      peer.read('R');
      peer.read('S');

      assertThat(peer.read('K')).hasSize(5 + 4 + 32);
    }
  }

  @Test
  void a_wrong_token_and_a_wrong_user_are_told_the_same_and_reach_no_server() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST))) {
      for (String user : new String[] {USER, "postgres"}) {
        try (Peer peer = gateway.dial()) {
          peer.send(startup(0, "user", user, "database", "orders"));
          byte[] answer = Gateway.prove(peer, user.equals(USER) ? "wrong" : Gateway.TOKEN);

          assertThat(new String(answer, StandardCharsets.UTF_8))
              .contains("28P01")
              .contains("password authentication failed for user \"" + user + "\"");
        }
      }
      assertThat(gateway.endpoint.failedLogins()).isEqualTo(2);
      assertThat(server.connections()).isZero();
      assertThat(gateway.recordings).isEmpty();
    }
  }

  @Test
  void a_database_that_is_not_the_connections_is_refused_once_the_client_has_proved_itself()
      throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.dial()) {
      peer.send(startup(0, "user", USER, "database", "salaries"));
      Gateway.prove(peer, Gateway.TOKEN);
      peer.read('R');

      assertThat(peer.readToEnd()).contains("FATAL").contains("3D000").contains("salaries");
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void start_ups_that_no_session_can_begin_with_are_refused() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST))) {
      assertThat(answer(gateway, startup(0, "user", USER, "replication", "database")))
          .contains("0A000");
      assertThat(answer(gateway, startup(0, "user", USER, "replication", "t"))).contains("0A000");
      assertThat(answer(gateway, startup(0, "user", USER, "user", "other"))).contains("08P01");
      assertThat(answer(gateway, startup(0, "database", "orders"))).contains("28000");
      assertThat(answer(gateway, Wire.join(Wire.int32(8), Wire.int32(2 << 16)))).contains("08P01");
      assertThat(answer(gateway, Wire.int32(1 << 30))).contains("54000");
    }
  }

  private static String answer(Gateway gateway, byte[] sent) throws IOException {
    try (Peer peer = gateway.dial()) {
      peer.send(sent);
      return peer.readToEnd();
    }
  }

  @Test
  void bytes_behind_an_ssl_request_are_refused() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST))) {
      byte[] request = Wire.join(Wire.int32(8), Wire.int32(80877103));

      assertThat(answer(gateway, Wire.join(request, startup(0, "user", USER))))
          .contains("data came before its time");
    }
  }

  @Test
  void gssapi_encryption_is_declined_once() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.dial()) {
      byte[] request = Wire.join(Wire.int32(8), Wire.int32(80877104));
      peer.send(request);
      assertThat(peer.readByte()).isEqualTo('N');
      peer.send(request);

      assertThat(peer.readToEnd()).contains("08P01");
    }
  }

  @Test
  void a_client_that_never_finishes_its_login_is_closed_at_the_deadline() throws Exception {
    PostgresLimits hasty = limits(Duration.ofMillis(300), 5);
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway =
            new Gateway(target(server.port(), DialTls.OFF, hasty, UpstreamAuth.TRUST));
        Peer peer = gateway.dial()) {
      peer.send(new byte[] {0});

      assertThat(peer.readToEnd()).contains("the login took more than 300 ms");
    }
  }

  @Test
  void too_many_clients_that_have_not_logged_in_are_turned_away() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway =
            new Gateway(
                target(
                    server.port(),
                    DialTls.OFF,
                    limits(Duration.ofSeconds(20), 1),
                    UpstreamAuth.TRUST));
        Peer first = gateway.dial()) {
      first.send(startup(0, "user", USER, "database", "orders"));
      first.read('R');
      try (Peer second = gateway.dial()) {
        assertThat(second.readToEnd()).contains("53300");
      }
    }
  }

  private static PostgresLimits limits(Duration login, int unauthenticated) {
    PostgresLimits some = Gateway.LIMITS;
    return new PostgresLimits(
        some.clients(),
        unauthenticated,
        login,
        some.connect(),
        some.upstreamLogin(),
        some.statementBytes(),
        some.replyBytes(),
        some.cancelsPerSecond(),
        some.cancel(),
        some.idleUpstreams(),
        some.idleUpstream());
  }

  @Test
  void closing_the_endpoint_ends_its_clients_with_the_reason() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.ready()) {
      peer.send(Wire.query("select 1"));
      peer.readToReady();
      gateway.endpoint.close("the session was sealed").get(10, TimeUnit.SECONDS);

      assertThat(peer.readToEnd()).contains("57P01").contains("the session was sealed");
      assertThat(gateway.endpoint.operations()).isEqualTo(1);
      assertThat(gateway.endpoint.connections()).isEqualTo(1);
      assertThat(gateway.recordings.get(0).ended).isEqualTo("the session was sealed");
    }
  }
}
