package dev.stepgate.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A provider on loopback that answers each path as a test says, well or badly. */
final class ScriptedProvider implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-11-24T15:00:00Z");
  static final String CLIENT = "stepgate-cli";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Function<Map<String, String>, Reply>> script =
      new ConcurrentHashMap<>();
  final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();

  /** What is answered; before it, {@code delay} passes. */
  record Reply(int status, String body, Duration delay) {

    static Reply ok(String body) {
      return new Reply(200, body, Duration.ZERO);
    }

    static Reply no(String error) {
      return new Reply(400, "{\"error\":\"" + error + "\"}", Duration.ZERO);
    }
  }

  ScriptedProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    on("/.well-known/openid-configuration", Reply.ok(discovery("")));
    on(
        "/device",
        Reply.ok(
            "{\"device_code\":\"d3v\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":\""
                + url()
                + "/page\",\"expires_in\":600,\"interval\":5}"));
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its discovery document, with more members. */
  String discovery(String more) {
    return "{\"issuer\":\"%1$s\",\"authorization_endpoint\":\"%1$s/auth\",\"token_endpoint\":\"%1$s/token\",\"device_authorization_endpoint\":\"%1$s/device\"%2$s}"
        .formatted(url(), more);
  }

  void on(String path, Reply reply) {
    script.put(path, form -> reply);
  }

  void on(String path, Function<Map<String, String>, Reply> answer) {
    script.put(path, answer);
  }

  /** What a gateway says of it. */
  SignInTerms terms() {
    return new SignInTerms(
        url(),
        CLIENT,
        List.of("openid", "groups"),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        Duration.ofSeconds(30),
        Duration.ofHours(12));
  }

  /** An answer with an ID token whose claims are good, or changed by {@code change}. */
  Reply tokens(Function<String, String> change, String more) {
    return Reply.ok("{\"access_token\":\"a\",\"id_token\":\"" + token(change) + "\"" + more + "}");
  }

  String token(Function<String, String> change) {
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"alice\",\"iat\":%d,\"exp\":%d}"
            .formatted(url(), CLIENT, NOW.getEpochSecond(), NOW.getEpochSecond() + 3600);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString("{\"alg\":\"RS256\",\"kid\":\"k\"}".getBytes(UTF_8))
        + "."
        + base64.encodeToString(change.apply(claims).getBytes(UTF_8))
        + ".AAAA";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Map<String, String> fields = fields(form);
      if (exchange.getRequestMethod().equals("POST")) {
        forms.add(fields);
      }
      Reply reply =
          script
              .getOrDefault(
                  exchange.getRequestURI().getPath(), any -> new Reply(404, "", Duration.ZERO))
              .apply(fields);
      Thread.sleep(reply.delay().toMillis());
      byte[] body = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Map<String, String> fields(String text) {
    Map<String, String> fields = new ConcurrentHashMap<>();
    for (String pair : text.split("&")) {
      String[] sides = pair.split("=", 2);
      if (sides.length == 2) {
        fields.put(sides[0], URLDecoder.decode(sides[1], UTF_8));
      }
    }
    return fields;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
