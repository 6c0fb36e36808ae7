package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.transport.DialTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server connection is used again by the same session's next client, and by nobody else. */
class PoolTest {

  private static final PostgresLimits KEEPING =
      new PostgresLimits(
          10,
          5,
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          1 << 20,
          1 << 20,
          100,
          Duration.ofSeconds(5),
          2,
          Duration.ofSeconds(20));

  /** How the server answers DISCARD ALL. */
  private interface Discard {
    byte[] answer();
  }

  private static ScriptedServer server(Discard discard) throws IOException {
    return new ScriptedServer(
        (peer, number) -> {
          peer.readUntyped();
          peer.send(Gateway.authenticationOk(), Gateway.welcome());
          while (true) {
            byte[] message = peer.read();
            String text = new String(message, StandardCharsets.UTF_8);
            if (message[0] == 'X') {
              return;
            }
            if (text.contains("DISCARD ALL")) {
              peer.send(discard.answer());
            } else {
              peer.send(
                  Wire.complete(text.contains("create") ? "CREATE TABLE" : "SELECT 0"),
                  Wire.ready(text.contains("begin") ? 'T' : 'I'));
            }
          }
        });
  }

  private static byte[] discarded() {
    return Wire.join(Wire.complete("DISCARD ALL"), Wire.ready('I'));
  }

  private static Gateway gateway(ScriptedServer server) throws IOException {
    return new Gateway(Gateway.target(server.port(), DialTls.OFF, KEEPING, UpstreamAuth.TRUST));
  }

  /** A client that says {@code sql}, and ends. */
  private static void client(Gateway gateway, String sql, String... more) throws Exception {
    try (Peer peer = gateway.dial()) {
      String[] parameters = new String[4 + more.length];
      System.arraycopy(new String[] {"user", USER, "database", "orders"}, 0, parameters, 0, 4);
      System.arraycopy(more, 0, parameters, 4, more.length);
      peer.send(startup(0, parameters));
      Gateway.prove(peer, Gateway.TOKEN);
      peer.read('R');
      peer.readToReady();
      peer.send(Wire.query(sql));
      peer.readToReady();
      peer.send(Wire.terminate());
      peer.readToEnd();
    }
  }

  private static void clients(Gateway gateway, String sql, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      client(gateway, sql);
      // The reset runs behind the client's back; the next one must not overtake it.
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  @Test
  void the_next_client_gets_the_same_server_connection_and_the_recording_says_so()
      throws Exception {
    try (ScriptedServer server = server(PoolTest::discarded);
        Gateway gateway = gateway(server)) {
      clients(gateway, "select 1", 3);

      assertThat(server.connections()).isEqualTo(1);
      assertThat(gateway.recordings).hasSize(3);
      assertThat(gateway.recordings.get(2).events).contains("note lease");
    }
  }

  @Test
  void other_parameters_get_another_server_connection() throws Exception {
    try (ScriptedServer server = server(PoolTest::discarded);
        Gateway gateway = gateway(server)) {
      clients(gateway, "select 1", 1);
      client(gateway, "select 1", "options", "-c work_mem=1MB");

      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_connection_left_in_a_transaction_is_not_used_again() throws Exception {
    try (ScriptedServer server = server(PoolTest::discarded);
        Gateway gateway = gateway(server)) {
      clients(gateway, "begin", 2);

      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void what_may_show_in_later_sessions_gets_a_new_one() throws Exception {
    try (ScriptedServer server = server(PoolTest::discarded);
        Gateway gateway = gateway(server)) {
      clients(gateway, "create table t()", 2);

      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_reset_that_fails_or_leaves_a_setting_changed_is_not_used() throws Exception {
    byte[][] answers = {
      Wire.join(Wire.error("25001"), Wire.ready('I')),
      Wire.join(Wire.complete("DISCARD ALL"), Wire.ready('E')),
      Wire.join(
          Wire.message('S', Wire.text("server_version"), Wire.text("16")),
          Wire.complete("DISCARD ALL"),
          Wire.ready('I')),
      Wire.join(Wire.complete("DISCARD TEMP"), Wire.ready('I')),
      Wire.join(discarded(), Wire.notice()),
    };
    for (byte[] answer : answers) {
      try (ScriptedServer server = server(() -> answer);
          Gateway gateway = gateway(server)) {
        clients(gateway, "select 1", 2);

        assertThat(server.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void the_end_of_the_session_is_the_end_of_what_is_kept() throws Exception {
    try (ScriptedServer server = server(PoolTest::discarded);
        Gateway gateway = gateway(server)) {
      clients(gateway, "select 1", 1);
      assertThat(server.failures()).isEmpty();

      gateway.endpoint.close("sealed").get(10, TimeUnit.SECONDS);

      // The script ends when its connection does.
      for (int i = 0; i < 100 && server.failures().isEmpty(); i++) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertThat(server.failures()).hasSize(1);
    }
  }
}
