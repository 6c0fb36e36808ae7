package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.transport.DialTls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The gateway's login at the server: what it proves, what it demands, what it tells the client. */
class UpstreamLoginTest {

  /** Much time to connect, little for all else. */
  private static final PostgresLimits HASTY =
      new PostgresLimits(
          10,
          5,
          Duration.ofMinutes(2),
          Duration.ofMinutes(1),
          Duration.ofMillis(300),
          1 << 20,
          1 << 20,
          100,
          Duration.ofMillis(300),
          0,
          Duration.ofSeconds(5));

  @Test
  void scram_is_answered_and_the_server_has_to_prove_itself_too() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  Gateway.askForProof(peer, Gateway.PASSWORD);
                  peer.send(Gateway.welcome());
                  LoginTest.serve(peer);
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.SCRAM_SHA_256));
        Peer peer = gateway.ready()) {
      peer.send(Wire.query("select 1"));

      assertThat(peer.readToReady()).isEqualTo("CZ");
    }
  }

  @Test
  void a_server_that_asks_for_less_than_allowed_is_refused() throws Exception {
    byte[][] requests = {
      Gateway.authenticationOk(),
      Wire.message('R', Wire.int32(3)),
      Wire.message('R', Wire.int32(5), new byte[4]),
    };
    String[] words = {"without any proof", "\"password\"", "\"md5\""};
    for (int i = 0; i < requests.length; i++) {
      byte[] request = requests[i];
      AtomicReference<Integer> answered = new AtomicReference<>(0);
      try (ScriptedServer server =
              new ScriptedServer(
                  (peer, number) -> {
                    peer.readUntyped();
                    peer.send(request);
                    answered.set(peer.readToEnd().length());
                  });
          Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.SCRAM_SHA_256));
          Peer peer = gateway.proved()) {
        String told = peer.readToEnd();

        assertThat(told).contains("08004").contains("orders-db").contains(words[i]);
        assertThat(told).doesNotContain(Gateway.PASSWORD);
        assertThat(answered).hasValue(0);
      }
    }
  }

  @Test
  void a_server_that_skips_its_own_proof_is_refused() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  peer.send(
                      Wire.message('R', Wire.int32(10), Wire.text("SCRAM-SHA-256"), new byte[1]));
                  peer.read('p');
                  peer.send(Gateway.authenticationOk(), Gateway.welcome());
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.SCRAM_SHA_256));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("without proving");
    }
  }

  @Test
  void a_password_that_the_server_refuses_does_not_read_as_the_clients_own() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  Gateway.askForProof(peer, "another");
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.SCRAM_SHA_256));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd())
          .contains("C08004")
          .contains("orders-db")
          .contains("(28P01)")
          .doesNotContain(Gateway.PASSWORD);
    }
  }

  @Test
  void a_password_that_the_server_refuses_is_told_to_where_it_came_from() throws Exception {
    RefusableCredential credential = new RefusableCredential();
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  Gateway.askForProof(peer, "another");
                });
        Gateway gateway = new Gateway(with(credential, server.port()));
        Peer peer = gateway.proved()) {
      peer.readToEnd();

      assertThat(credential.refusals).hasValue(1);
    }
  }

  private static PostgresTarget with(Credential credential, int port) {
    PostgresTarget target = target(port, UpstreamAuth.SCRAM_SHA_256);
    return new PostgresTarget(
        target.name(),
        target.host(),
        target.port(),
        target.database(),
        target.otherDatabases(),
        target.anyDatabase(),
        target.user(),
        credential,
        target.tls(),
        target.auth(),
        target.limits());
  }

  private static final class RefusableCredential implements Credential {

    private final AtomicInteger refusals = new AtomicInteger();

    @Override
    public byte[] read() {
      return Gateway.PASSWORD.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void refused() {
      refusals.incrementAndGet();
    }
  }

  @Test
  void a_server_that_cannot_be_reached_is_named_by_its_connection() throws Exception {
    int port;
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting)) {
      port = server.port();
    }
    try (Gateway gateway = new Gateway(target(port, UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("08001").contains("orders-db");
    }
  }

  @Test
  void what_comes_behind_the_one_byte_before_tls_is_refused() throws Exception {
    DialTls tls = new DialTls(DialTls.Verify.NONE, List.of(), null, null, null, false);
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  peer.send(new byte[] {'S'}, Wire.error("28000"));
                  peer.readToEnd();
                });
        Gateway gateway =
            new Gateway(target(server.port(), tls, Gateway.LIMITS, UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("1 expected");
    }
  }

  @Test
  void a_server_without_tls_is_refused_where_tls_is_asked_for() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  peer.send(new byte[] {'N'});
                  peer.readToEnd();
                });
        Gateway gateway =
            new Gateway(target(server.port(), DialTls.FULL, Gateway.LIMITS, UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("does not speak TLS");
    }
  }

  @Test
  void a_server_that_was_told_to_hash_too_little_is_refused_with_both_numbers() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  Gateway.askForProof(peer, Gateway.PASSWORD, 1000);
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.SCRAM_SHA_256));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd())
          .contains("C08004")
          .contains("iterations is 1000, at least 4096 expected")
          .contains("scram_iterations");
    }
  }

  @Test
  void a_mute_server_is_given_up_after_the_logins_own_time() throws Exception {
    try (ScriptedServer server = new ScriptedServer((peer, number) -> peer.readToEnd());
        Gateway gateway =
            new Gateway(target(server.port(), DialTls.OFF, HASTY, UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("did not log the gateway in within 300 ms");
    }
  }

  @Test
  void a_server_that_ignores_a_cancel_is_given_up_after_the_cancels_own_time() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  if (number == 1) {
                    peer.readUntyped();
                    peer.send(Gateway.authenticationOk(), Gateway.welcome());
                  }
                  peer.readToEnd();
                });
        Gateway gateway =
            new Gateway(target(server.port(), DialTls.OFF, HASTY, UpstreamAuth.TRUST));
        Peer peer = gateway.ready()) {
      peer.send(Wire.query("select pg_sleep(3600)"));
      gateway.awaitOperation();

      gateway.endpoint.close("sealed").get(20, TimeUnit.SECONDS);

      assertThat(gateway.endpoint.operations()).isEqualTo(1);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void what_the_server_says_within_its_login_reaches_the_client_and_the_recording()
      throws Exception {
    byte[] notice = Wire.notice();
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  peer.send(notice, Gateway.authenticationOk(), notice, Gateway.welcome());
                  LoginTest.serve(peer);
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.read()).isEqualTo(notice);
      assertThat(peer.readToReady()).isEqualTo("NSKZ");
      assertThat(gateway.recordings.get(0).events).contains("note backend");
    }
  }

  @Test
  void a_server_that_says_too_much_within_its_login_is_refused_and_the_client_told()
      throws Exception {
    byte[] setting = Wire.message('S', Wire.text("a"), Wire.text("x".repeat(30_000)));
    try (ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  peer.readUntyped();
                  peer.send(Gateway.authenticationOk(), setting, setting, setting);
                  peer.readToEnd();
                });
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.proved()) {
      assertThat(peer.readToEnd()).contains("54000").contains("more than 61440 bytes");
    }
  }
}
