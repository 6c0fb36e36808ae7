package dev.stepgate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.event.Event;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLContinue;
import dev.stepgate.protocol.postgres.wire.SASLInitialResponse;
import dev.stepgate.protocol.postgres.wire.ScramClient;
import dev.stepgate.session.Isolation;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is tried at another session's endpoint, over its real socket. */
class EndpointAttemptsTest {

  private static final int TIMEOUT_MILLIS = 20_000;

  @TempDir private Path directory;
  private Place place;
  private OpenSession victim;
  private Endpoint endpoint;

  @BeforeEach
  void aSessionOfSomebodyElse() throws Exception {
    place = new Place(directory);
    victim = open();
    endpoint = victim.endpoints().get(0);
  }

  @AfterEach
  void close() throws Exception {
    place.close();
  }

  @Test
  void the_token_of_another_session() throws Exception {
    refused(endpoint.user(), open().endpoints().get(0).token());
  }

  @Test
  void the_token_of_a_session_that_is_over() throws Exception {
    OpenSession over = open();
    String token = over.endpoints().get(0).token();
    over.seal();

    refused(endpoint.user(), token);
  }

  @Test
  void the_jobs_own_ci_token() throws Exception {
    refused(endpoint.user(), place.signed(place.orders()));
  }

  @Test
  void the_right_token_under_another_name() throws Exception {
    refused("postgres", endpoint.token());
  }

  @Test
  void a_persons_name_for_both() throws Exception {
    refused("alice", "alice");
  }

  @Test
  void an_empty_password() throws Exception {
    refused(endpoint.user(), "");
  }

  @Test
  void the_logs_public_key() throws Exception {
    refused(endpoint.user(), place.stepgate.verifierKey().text());
  }

  @Test
  void the_issuers_public_key() throws Exception {
    refused(endpoint.user(), place.key.toPublicJWK().toString());
  }

  @Test
  void the_sessions_name() throws Exception {
    refused(endpoint.user(), victim.session().id().value());
  }

  @Test
  void the_right_token_at_the_endpoint_of_another_connection() throws Exception {
    OpenSession both =
        place.stepgate.open(
            new JobContext(
                "alice(1000)",
                Isolation.USER,
                new Evidence.Token(place.signed(place.shop())),
                Map.of()),
            List.of("shop-db"));
    endpoint = both.endpoints().get(0);

    refused(endpoint.user(), victim.endpoints().get(0).token());
  }

  @Test
  void the_right_token_once_the_step_has_ended_finds_nobody() throws Exception {
    victim.seal();

    assertThatThrownBy(() -> login(endpoint.user(), endpoint.token()))
        .isInstanceOf(ConnectException.class);
  }

  private OpenSession open() throws Exception {
    return place.stepgate.open(
        new JobContext(
            "runner(998)",
            Isolation.USER,
            new Evidence.Token(place.signed(place.orders())),
            Optional.of(998),
            Map.of()),
        List.of("orders-db"));
  }

  private void refused(String user, String password) throws Exception {
    String answer = login(user, password);

    assertThat(answer).contains("28P01");
    Event event = place.event(found -> found.kind().equals("login-failed"));
    assertThat(event.text("user")).isEqualTo(user);
    assertThat(event.text("connection")).isEqualTo(endpoint.connection());
    assertThat(event.text("peer")).startsWith("127.0.0.1:");
  }

  /** Logs in as psql does; what the endpoint answers to the proof. */
  private String login(String user, String password) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] names = ("user\0" + user + "\0database\0orders\0\0").getBytes(UTF_8);
      out.writeInt(8 + names.length);
      out.writeInt(3 << 16);
      out.write(names);
      read(in);
      byte[] secret = password.isEmpty() ? new byte[] {' '} : password.getBytes(UTF_8);
      ScramClient scram = new ScramClient(secret, new ScramClient.NoTls(), new SecureRandom());
      SASLInitialResponse first = scram.begin(List.of("SCRAM-SHA-256"));
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(body);
      fields.write((first.mechanism() + "\0").getBytes(UTF_8));
      fields.writeInt(first.data().length);
      fields.write(first.data());
      send(out, body.toByteArray());
      byte[] challenge = read(in);
      send(
          out,
          scram
              .answer(
                  new AuthenticationSASLContinue(
                      Arrays.copyOfRange(challenge, 4, challenge.length)))
              .data());
      return new String(read(in), ISO_8859_1);
    }
  }

  private static void send(DataOutputStream out, byte[] body) throws IOException {
    out.writeByte('p');
    out.writeInt(4 + body.length);
    out.write(body);
    out.flush();
  }

  private static byte[] read(DataInputStream in) throws IOException {
    in.readByte();
    return in.readNBytes(in.readInt() - 4);
  }
}
