package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gateway's own session for the catalog: what it asks, and what it takes for an answer. */
class CatalogConnectionTest {

  /** What a server answers to one query: its messages, and the status that it then has. */
  private interface Answers {
    byte[] to(String query);
  }

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private ScriptedServer server(Answers answers) throws Exception {
    return new ScriptedServer(
        (peer, number) -> {
          String startup = new String(peer.readUntyped(), StandardCharsets.UTF_8);
          asked.add(startup.replace('\0', ' '));
          peer.send(Gateway.authenticationOk(), Gateway.welcome());
          while (true) {
            byte[] message = peer.read();
            if (message[0] != 'Q') {
              return;
            }
            String query = new String(message, 5, message.length - 6, StandardCharsets.UTF_8);
            asked.add(query);
            peer.send(answers.to(query));
          }
        });
  }

  private static byte[] usual(String query) {
    if (query.startsWith("BEGIN")) {
      return Wire.join(Wire.complete("BEGIN"), Wire.complete("SET"), Wire.ready('T'));
    }
    if (query.equals("COMMIT")) {
      return Wire.join(Wire.complete("COMMIT"), Wire.ready('I'));
    }
    return Wire.join(
        Wire.rowDescription(), Wire.row("to " + query), Wire.complete("SELECT 1"), Wire.ready('T'));
  }

  private static List<String> values(List<List<String[]>> answers) {
    return answers.stream().map(rows -> rows.get(0)[0]).toList();
  }

  /** Asks as often as there are lists of queries; answers what came last. */
  @SafeVarargs
  private static List<List<String[]>> read(ScriptedServer server, List<String>... queries)
      throws Exception {
    try (Transport transport = new Transport(Io.nio(), 1)) {
      Upstreams upstreams =
          new Upstreams(
              Gateway.target(server.port(), UpstreamAuth.TRUST),
              transport,
              new SecureRandom(),
              new Memory(),
              (target, database) -> new PlainInsight());
      try (CatalogConnection connection =
          new CatalogConnection(upstreams, transport.loops().get(0), "reports")) {
        List<List<String[]>> last = List.of();
        for (List<String> one : queries) {
          last = connection.read(one).get(20, TimeUnit.SECONDS);
        }
        return last;
      }
    }
  }

  @Test
  void queries_are_asked_in_one_read_only_transaction_and_the_session_is_kept() throws Exception {
    try (ScriptedServer server = server(CatalogConnectionTest::usual)) {
      List<List<String[]>> answers = read(server, List.of("one", "two"), List.of("three"));

      assertThat(values(answers)).containsExactly("to three");
      assertThat(server.connections()).isEqualTo(1);
      assertThat(asked.get(0)).contains("database reports").contains("client_encoding UTF8");
      assertThat(asked.get(1)).contains("READ ONLY").contains("lock_timeout");
      assertThat(asked.subList(2, 5)).containsExactly("one", "two", "COMMIT");
    }
  }

  @Test
  void an_error_of_the_server_fails_the_reading_and_the_next_one_has_a_session_of_its_own()
      throws Exception {
    try (ScriptedServer server =
        server(
            query ->
                query.equals("bad")
                    ? Wire.join(Wire.error("55P03"), Wire.ready('E'))
                    : usual(query))) {
      assertThatThrownBy(() -> read(server, List.of("one", "bad")))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("55P03");
      assertThat(values(read(server, List.of("one")))).containsExactly("to one");
    }
  }

  @Test
  void what_does_not_belong_there_fails_the_reading() throws Exception {
    List<byte[]> strange =
        List.of(
            Wire.join(Wire.complete("SELECT 0"), Wire.ready('I')),
            Wire.copyOut(),
            Wire.message('?', new byte[3]));
    for (byte[] answer : strange) {
      try (ScriptedServer server = server(query -> query.equals("odd") ? answer : usual(query))) {
        assertThatThrownBy(() -> read(server, List.of("odd")))
            .isInstanceOf(ExecutionException.class);
      }
    }
  }

  @Test
  void a_server_that_goes_away_fails_the_reading() throws Exception {
    try (ScriptedServer server =
        server(
            query -> {
              if (query.equals("last")) {
                throw new IllegalStateException("the script ends");
              }
              return usual(query);
            })) {
      assertThatThrownBy(() -> read(server, List.of("last")))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("closed the connection");
    }
  }
}
