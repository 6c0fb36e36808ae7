package dev.stepgate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.transport.ScriptedHttp.Answer;
import io.netty.handler.ssl.JdkSslContext;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallsTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int MAX = 1_000;
  private static Transport transport;

  @TempDir private Path directory;

  @BeforeAll
  static void transport() {
    transport = new Transport(Io.nio(), 1);
  }

  @AfterAll
  static void close() {
    transport.close();
  }

  @Test
  void a_document_comes_as_it_was_served_and_the_request_says_no_more_than_it_must()
      throws Exception {
    try (ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.ok("{\"a\":\"é\"}"))) {
      byte[] body = get("http://" + server.authority() + "/x/y?z=1", LONG);

      assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"é\"}");
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("GET /x/y?z=1 HTTP/1.1\n")
          .containsIgnoringCase("host: " + server.authority())
          .doesNotContainIgnoringCase("authorization")
          .doesNotContainIgnoringCase("cookie");
    }
  }

  static Stream<Arguments> answers() {
    String ok = "HTTP/1.1 200 OK\r\n";
    return Stream.of(
        Arguments.of(
            "a redirect",
            ScriptedHttp.text(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            "redirects are not followed"),
        Arguments.of("not found", ScriptedHttp.text("HTTP/1.1 404 No\r\n\r\n"), "answered 404"),
        Arguments.of("an error", ScriptedHttp.text("HTTP/1.1 503 No\r\n\r\n"), "answered 503"),
        Arguments.of(
            "another success", ScriptedHttp.text("HTTP/1.1 204 No\r\n\r\n"), "answered 204"),
        Arguments.of("no HTTP", ScriptedHttp.text("SSH-2.0-OpenSSH_9.2\r\n"), "no HTTP"),
        Arguments.of("nothing", ScriptedHttp.text(""), "ended the connection"),
        Arguments.of(
            "half an answer",
            ScriptedHttp.text(ok + "Content-Length: 9\r\n\r\n{"),
            "ended the connection"),
        Arguments.of(
            "a long document",
            ScriptedHttp.text(ok + "Content-Length: 1001\r\n\r\n"),
            "more than 1000 bytes"),
        Arguments.of(
            "a length past all numbers",
            ScriptedHttp.text(ok + "Content-Length: 99999999999999999999\r\n\r\n"),
            ""),
        Arguments.of(
            "two lengths",
            ScriptedHttp.text(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
            "no HTTP"),
        Arguments.of(
            "a long document in pieces",
            ScriptedHttp.text(
                ok
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + ("64\r\n" + "x".repeat(100) + "\r\n").repeat(20)),
            "more than 1000 bytes"),
        Arguments.of(
            "a long document without an end",
            ScriptedHttp.text(ok + "\r\n" + "x".repeat(100_000)),
            "more than 1000 bytes"),
        Arguments.of(
            "a huge header",
            ScriptedHttp.text(ok + "X: " + "x".repeat(HttpCalls.MAX_HEADER_BYTES) + "\r\n\r\n{}"),
            "no HTTP"),
        Arguments.of("endless headers", (Answer) HttpCallsTest::headersWithoutEnd, "no HTTP"),
        Arguments.of(
            "compression",
            ScriptedHttp.text(ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
            "compressed"));
  }

  private static void headersWithoutEnd(java.io.OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.UTF_8));
    while (true) {
      out.write("X: y\r\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void anything_but_one_document_within_the_limit_is_a_failure(
      String name, Answer answer, String said) throws Exception {
    try (ScriptedHttp server = ScriptedHttp.serve(path -> answer)) {
      assertThatThrownBy(() -> get("http://" + server.authority() + "/", LONG))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining(server.authority())
          .hasMessageContaining(said);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void a_document_of_exactly_the_limit_is_read() throws Exception {
    try (ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.ok("x".repeat(MAX)))) {
      assertThat(get("http://" + server.authority() + "/", LONG)).hasSize(MAX);
    }
  }

  @Test
  void a_server_that_drips_or_says_nothing_is_given_up_at_the_deadline() throws Exception {
    for (Answer answer : List.of(ScriptedHttp.dripping(), ScriptedHttp.silence())) {
      try (ScriptedHttp server = ScriptedHttp.serve(path -> answer)) {
        assertThatThrownBy(() -> get("http://" + server.authority() + "/", SHORT))
            .hasMessageContaining("did not answer in full within 300 ms");
      }
    }
  }

  @Test
  void a_port_where_nobody_listens_is_a_failure() throws Exception {
    ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.ok("{}"));
    server.close();

    assertThatThrownBy(() -> get("http://" + server.authority() + "/", LONG))
        .hasMessageContaining("no connection to " + server.authority());
  }

  @Test
  void https_is_believed_with_the_certificate_that_was_configured_and_not_without()
      throws Exception {
    SessionCertificate shown = SessionCertificate.create(Instant.now(), new SecureRandom());
    SessionCertificate other = SessionCertificate.create(Instant.now(), new SecureRandom());
    try (ScriptedHttp server = ScriptedHttp.serve(tls(shown), path -> ScriptedHttp.ok("{}"))) {
      String url = "https://" + server.authority() + "/";

      assertThat(get(url, LONG, authority(shown))).hasSize(2);
      assertThatThrownBy(() -> get(url, LONG, authority(other))).hasMessageContaining("failed");
      assertThatThrownBy(() -> get(url, LONG)).hasMessageContaining("failed");
      assertThatThrownBy(() -> get(url.replace("127.0.0.1", "[::ffff:127.0.0.1]"), LONG))
          .isInstanceOf(ExecutionException.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void https_where_no_tls_is_spoken_is_a_failure() throws Exception {
    try (ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.ok("{}"))) {
      assertThatThrownBy(() -> get("https://" + server.authority() + "/", SHORT))
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void a_form_is_sent_whole_and_a_refusal_of_it_is_an_answer() throws Exception {
    String no = "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno";
    try (ScriptedHttp server =
        ScriptedHttp.serve(
            path -> path.equals("/yes") ? ScriptedHttp.ok("yes") : ScriptedHttp.text(no))) {
      HttpReply yes = post("http://" + server.authority() + "/yes", "a=b%20c&d=e");
      HttpReply refused = post("http://" + server.authority() + "/no", "");

      assertThat(yes.ok()).isTrue();
      assertThat(new String(yes.body(), StandardCharsets.UTF_8)).isEqualTo("yes");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(new String(refused.body(), StandardCharsets.UTF_8)).isEqualTo("no");
      assertThat(server.requests().get(0))
          .startsWith("POST /yes HTTP/1.1\n")
          .containsIgnoringCase("content-length: 11\n")
          .containsIgnoringCase("content-type: application/x-www-form-urlencoded\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 302, 307, 500, 503})
  void any_other_answer_to_a_form_is_a_failure(int status) throws Exception {
    String text = "HTTP/1.1 " + status + " x\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedHttp server = ScriptedHttp.serve(path -> ScriptedHttp.text(text))) {
      assertThatThrownBy(() -> post("http://" + server.authority() + "/", "a=b"))
          .hasMessageContaining("answered " + status);
      assertThat(server.requests()).hasSize(1);
    }
  }

  private static HttpReply post(String url, String form) throws Exception {
    return new HttpCalls(transport, DialTlsContext.read(DialTls.FULL, "http/1.1"))
        .post(URI.create(url), form, LONG, MAX)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void a_transport_that_is_closed_fails_at_once() throws Exception {
    Transport closed = new Transport(Io.nio(), 1);
    HttpCalls http = new HttpCalls(closed, DialTlsContext.read(DialTls.FULL, "http/1.1"));
    closed.close();

    assertThatThrownBy(
            () ->
                http.get(URI.create("http://127.0.0.1:1/"), LONG, MAX)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS))
        .hasMessageContaining("closing");
  }

  private static byte[] get(String url, Duration within) throws Exception {
    return get(url, within, DialTls.FULL);
  }

  private static byte[] get(String url, Duration within, DialTls tls) throws Exception {
    return new HttpCalls(transport, DialTlsContext.read(tls, "http/1.1"))
        .get(URI.create(url), within, MAX)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private DialTls authority(SessionCertificate certificate) throws IOException {
    Path pem = Files.createTempFile(directory, "ca", ".pem");
    Files.writeString(pem, certificate.pem());
    return new DialTls(DialTls.Verify.FULL, List.of(pem), null, null, null, true);
  }

  private static ServerSocketFactory tls(SessionCertificate certificate) throws Exception {
    return ((JdkSslContext) certificate.context("http/1.1")).context().getServerSocketFactory();
  }
}
