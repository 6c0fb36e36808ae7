package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.DialTlsContext;
import dev.stepgate.transport.HttpCalls;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.ScriptedHttp;
import dev.stepgate.transport.ScriptedHttp.Answer;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An issuer that is down, slow, wrong or changes its keys, over real sockets; time is a field. */
class OutageTest {

  /** For an issuer that works, however busy the machine. */
  private static final Duration PATIENT = Duration.ofSeconds(30);

  /** For one that will not answer anyway. */
  private static final Duration IMPATIENT = Duration.ofMillis(200);

  private static final Duration GOOD_FOR = Issuer.DEFAULT_KEYS_GOOD_FOR;
  private static Transport transport;

  private ScriptedHttp server;
  private volatile Instant now = Rig.NOW;
  private volatile Duration patience = PATIENT;
  private OidcVerifier verifier;
  private Issuer issuer;

  @BeforeAll
  static void transport() {
    transport = new Transport(Io.nio(), 1);
  }

  @AfterAll
  static void closeTransport() {
    transport.close();
  }

  @BeforeEach
  void issuer() throws IOException {
    server = ScriptedHttp.serve(path -> ScriptedHttp.text(""));
    server.script(healthy(Forge.KEY_ID));
    issuer = Issuer.of("ci", "http://" + server.authority(), Provider.GITHUB.issuer().preset());
    verifier = verifier();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private OidcVerifier verifier() throws IOException {
    return verifier(List.of(issuer));
  }

  private OidcVerifier verifier(List<Issuer> issuers) throws IOException {
    HttpCalls http = new HttpCalls(transport, DialTlsContext.read(DialTls.FULL, "http/1.1"));
    Documents documents =
        (url, within, maxBytes) ->
            http.get(url, patience, maxBytes)
                .exceptionally(
                    failure -> {
                      throw new CompletionException(new DocumentException(failure.getMessage()));
                    });
    InstantSource clock = () -> now;
    return new OidcVerifier(issuers, any -> documents, new Rig.NoReplays(), clock, PATIENT);
  }

  private Function<String, Answer> healthy(String... keyIds) {
    return path ->
        path.equals("/keys")
            ? ScriptedHttp.ok(
                Forge.keySet(
                    Stream.of(keyIds)
                        .map(id -> Forge.jwk(pair(id).getPublic(), id))
                        .toArray(com.fasterxml.jackson.databind.JsonNode[]::new)))
            : ScriptedHttp.ok(discovery("http://" + server.authority(), "/keys"));
  }

  private String discovery(String issuerUrl, String keys) {
    return Forge.JSON
        .createObjectNode()
        .put("issuer", issuerUrl)
        .put("jwks_uri", keys.startsWith("/") ? "http://" + server.authority() + keys : keys)
        .toString();
  }

  private static KeyPair pair(String keyId) {
    return keyId.equals(Forge.KEY_ID) ? Forge.rsa(2048) : Forge.otherRsa();
  }

  /** A token of now. */
  private String token(String keyId) {
    return tokenOf(issuer, keyId);
  }

  private String tokenOf(Issuer from, String keyId) {
    return Provider.GITHUB
        .forge()
        .with("RS256", pair(keyId))
        .header(h -> h.put("kid", keyId))
        .claims(
            c ->
                c.put("iss", from.url())
                    .put("iat", now.getEpochSecond())
                    .put("nbf", now.getEpochSecond())
                    .put("exp", now.getEpochSecond() + 300))
        .token();
  }

  private void opens(String keyId) {
    assertThat(verifier.verify(token(keyId))).isInstanceOf(Verified.class);
  }

  private Refused refused(Code code) {
    return refused(Forge.KEY_ID, code);
  }

  private Refused refused(String keyId, Code code) {
    Verification answer = verifier.verify(token(keyId));
    assertThat(answer).isInstanceOf(Refused.class);
    Refused refused = (Refused) answer;
    assertThat(refused.code()).as(refused.sentence()).isEqualTo(code);
    return refused;
  }

  private void breaks(Function<String, Answer> script) {
    patience = IMPATIENT;
    server.script(script);
  }

  private void works() {
    patience = PATIENT;
    server.script(healthy(Forge.KEY_ID));
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  @Test
  void who_waits_for_one_that_hangs_takes_no_place_of_another_s() throws Exception {
    try (ScriptedHttp other = ScriptedHttp.serve(path -> ScriptedHttp.text(""))) {
      Issuer hanging = Issuer.of("hangs", "http://" + server.authority(), issuer.preset());
      issuer = Issuer.of("ci", "http://" + other.authority(), issuer.preset());
      other.script(
          path ->
              path.equals("/keys")
                  ? ScriptedHttp.ok(
                      Forge.keySet(Forge.jwk(pair(Forge.KEY_ID).getPublic(), Forge.KEY_ID)))
                  : ScriptedHttp.ok(
                      Forge.JSON
                          .createObjectNode()
                          .put("issuer", issuer.url())
                          .put("jwks_uri", issuer.url() + "/keys")
                          .toString()));
      server.script(path -> ScriptedHttp.silence());
      verifier = verifier(List.of(hanging, issuer));
      int share = OidcVerifier.MAX_WAITING / 2;
      String token = token(Forge.KEY_ID);
      String ofHanging = tokenOf(hanging, Forge.KEY_ID);
      CountDownLatch busy = new CountDownLatch(1);
      List<Thread> waiting = new ArrayList<>();
      for (int i = 0; i < share + 20; i++) {
        Thread thread =
            new Thread(
                () -> {
                  Verification answer = verifier.verify(ofHanging);
                  if (((Refused) answer).code() == Code.BUSY) {
                    busy.countDown();
                  }
                });
        thread.start();
        waiting.add(thread);
      }
      assertThat(busy.await(60, TimeUnit.SECONDS)).as("one too many").isTrue();

      Verification answer = verifier.verify(token);

      assertThat(answer).isInstanceOf(Verified.class);
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(1);
      server.close();
      for (Thread thread : waiting) {
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  // Served from the cache, within the bound and not past it.

  @Test
  void keys_are_fetched_once_for_many_tokens() {
    for (int i = 0; i < 50; i++) {
      opens(Forge.KEY_ID);
    }

    assertThat(server.requests()).hasSize(2);
  }

  /** What an issuer can do instead of its duty. */
  record Outage(String name, Function<OutageTest, Function<String, Answer>> script) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Outage> misbehaviours() {
    return Stream.of(
        all("errors", ScriptedHttp.text("HTTP/1.1 503 Busy\r\n\r\n")),
        all("nothing", ScriptedHttp.text("")),
        all("garbage", ScriptedHttp.text("\u0000\u0001\u0002 garbage \r\n\r\n")),
        all("HTML", ScriptedHttp.ok("<html>Sign in</html>")),
        all("an empty document", ScriptedHttp.ok("")),
        all("a list", ScriptedHttp.ok("[]")),
        all("a member twice", ScriptedHttp.ok("{\"keys\":[],\"keys\":[]}")),
        all("silence", ScriptedHttp.silence()),
        all("a byte now and then", ScriptedHttp.dripping()),
        all("a huge document", ScriptedHttp.ok("{\"x\":\"" + "x".repeat(300_000) + "\"}")),
        all(
            "a redirect to itself",
            ScriptedHttp.text("HTTP/1.1 307 Go\r\nLocation: /keys\r\nContent-Length: 0\r\n\r\n")),
        keys("keys that are silent", test -> ScriptedHttp.silence()),
        keys("keys that drip", test -> ScriptedHttp.dripping()),
        keys("no keys", test -> ScriptedHttp.ok("{}")),
        keys("keys that are text", test -> ScriptedHttp.ok("{\"keys\":\"key-1\"}")),
        discovery(
            "the discovery document of another",
            test -> test.discovery("https://evil.example", "/keys")),
        discovery(
            "the discovery document of one that begins alike",
            test -> test.discovery(test.issuer.url() + "/", "/keys")),
        discovery(
            "keys at another host",
            test -> test.discovery(test.issuer.url(), "http://127.0.0.2:" + test.port() + "/keys")),
        discovery(
            "keys at another port",
            test -> test.discovery(test.issuer.url(), "http://127.0.0.1:1/keys")),
        discovery(
            "keys in a file", test -> test.discovery(test.issuer.url(), "file:///etc/passwd")),
        discovery(
            "keys behind a password",
            test ->
                test.discovery(test.issuer.url(), "http://x@" + test.server.authority() + "/keys")),
        discovery("keys without a URL", test -> test.discovery(test.issuer.url(), "http:// x")));
  }

  private static Outage all(String name, Answer answer) {
    return new Outage(name, test -> path -> answer);
  }

  private static Outage keys(String name, Function<OutageTest, Answer> answer) {
    return new Outage(
        name,
        test ->
            path ->
                path.equals("/keys") ? answer.apply(test) : test.healthy(Forge.KEY_ID).apply(path));
  }

  private static Outage discovery(String name, Function<OutageTest, String> document) {
    return new Outage(
        name,
        test ->
            path ->
                path.equals("/keys")
                    ? test.healthy(Forge.KEY_ID).apply(path)
                    : ScriptedHttp.ok(document.apply(test)));
  }

  private String port() {
    return server.authority().split(":")[1];
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misbehaviours")
  void without_keys_a_token_is_refused_and_with_them_it_is_good_until_the_bound(Outage outage) {
    breaks(outage.script().apply(this));
    Refused never = refused(Code.ISSUER_UNAVAILABLE);
    assertThat(never.sentence()).contains(issuer.url()).matches("[ -~]{20,500}");

    works();
    later(KeyCache.LOOK_AGAIN_AFTER);
    opens(Forge.KEY_ID);

    breaks(outage.script().apply(this));
    later(GOOD_FOR);
    opens(Forge.KEY_ID);
    later(KeyCache.LOOK_AGAIN_AFTER);
    Refused past = refused(Code.ISSUER_UNAVAILABLE);
    assertThat(past.sentence()).matches("[ -~]{20,500}");

    works();
    later(KeyCache.LOOK_AGAIN_AFTER);
    opens(Forge.KEY_ID);
  }

  @Test
  void an_issuer_that_is_gone_is_the_same() throws IOException {
    opens(Forge.KEY_ID);
    server.close();

    later(GOOD_FOR);
    opens(Forge.KEY_ID);
    later(Duration.ofSeconds(1));
    assertThat(refused(Code.ISSUER_UNAVAILABLE).sentence())
        .containsAnyOf("no connection", "ended the connection");
  }

  @Test
  void while_it_is_down_it_is_asked_no_more_often_than_allowed() {
    server.script(path -> ScriptedHttp.text("HTTP/1.1 503 Busy\r\n\r\n"));
    for (int i = 0; i < 100; i++) {
      refused(Code.ISSUER_UNAVAILABLE);
    }
    assertThat(server.requests()).hasSize(1);

    later(KeyCache.LOOK_AGAIN_AFTER);
    refused(Code.ISSUER_UNAVAILABLE);
    refused(Code.ISSUER_UNAVAILABLE);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void a_clock_that_went_back_makes_the_keys_unusable_rather_than_eternal() {
    opens(Forge.KEY_ID);
    server.script(path -> ScriptedHttp.text(""));

    later(Duration.ofDays(-1));

    refused(Code.ISSUER_UNAVAILABLE);
  }

  @Test
  void many_who_wait_for_a_silent_issuer_are_all_answered_and_ask_no_more_than_once()
      throws Exception {
    breaks(path -> ScriptedHttp.silence());

    List<Verification> answers = together(100, token(Forge.KEY_ID));

    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.ISSUER_UNAVAILABLE)));
    assertThat(server.requests()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void more_at_a_time_than_there_are_places_are_told_so() throws Exception {
    breaks(path -> ScriptedHttp.silence());

    List<Verification> answers = together(2 * OidcVerifier.MAX_AT_A_TIME, token(Forge.KEY_ID));

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isInstanceOf(Refused.class));
    assertThat(answers.stream().map(answer -> ((Refused) answer).code()))
        .containsAnyOf(Code.ISSUER_UNAVAILABLE)
        .allMatch(code -> code == Code.ISSUER_UNAVAILABLE || code == Code.BUSY);
  }

  // Rotation.

  @Test
  void a_new_key_is_found_when_a_token_names_it() {
    opens(Forge.KEY_ID);
    later(KeyCache.LOOK_AGAIN_AFTER);
    server.script(healthy("key-2"));

    opens("key-2");
    refused(Forge.KEY_ID, Code.UNKNOWN_KEY);
  }

  @Test
  void keys_rotated_under_load_open_every_session_within_the_bound() throws Exception {
    String current = Forge.KEY_ID;
    for (int round = 0; round < 6; round++) {
      String next = current.equals(Forge.KEY_ID) ? "key-2" : Forge.KEY_ID;
      server.script(healthy(next));
      later(KeyCache.LOOK_AGAIN_AFTER);

      assertThat(together(60, token(next))).hasOnlyElementsOfType(Verified.class);

      assertThat(server.requests()).hasSize(2 * (round + 1));
      current = next;
    }
  }

  @Test
  void a_key_that_was_taken_back_is_gone_with_the_next_fetch() {
    server.script(healthy(Forge.KEY_ID, "key-2"));
    opens(Forge.KEY_ID);
    server.script(healthy("key-2"));

    later(KeyCache.REFRESH_AFTER.plusSeconds(1));
    verifier.verify(token(Forge.KEY_ID)); // still from the cache; fetches beside it
    awaitRequests(4);

    awaitRefused(Forge.KEY_ID);
    opens("key-2");
  }

  @Test
  void names_of_keys_that_nobody_has_make_one_fetch_in_a_while_and_harm_nobody() {
    opens(Forge.KEY_ID);
    later(KeyCache.LOOK_AGAIN_AFTER);
    for (int i = 0; i < 100; i++) {
      refused("nobody-" + i, Code.UNKNOWN_KEY);
      opens(Forge.KEY_ID);
    }

    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void an_unknown_key_while_the_issuer_is_down_is_refused_and_known_ones_go_on() {
    opens(Forge.KEY_ID);
    later(KeyCache.LOOK_AGAIN_AFTER);
    breaks(path -> ScriptedHttp.silence());

    refused("key-2", Code.UNKNOWN_KEY);
    opens(Forge.KEY_ID);
  }

  @Test
  void keys_that_are_old_are_used_while_new_ones_are_fetched_beside() {
    opens(Forge.KEY_ID);
    server.script(path -> ScriptedHttp.silence()); // it may be asked at leisure
    later(KeyCache.REFRESH_AFTER.plusSeconds(1));

    opens(Forge.KEY_ID);
    awaitRequests(3);
    opens(Forge.KEY_ID);
  }

  private void awaitRequests(int count) {
    await(() -> server.requests().size() >= count);
  }

  /** The fetch beside ends when it ends. */
  private void awaitRefused(String keyId) {
    await(() -> verifier.verify(token(keyId)) instanceof Refused);
  }

  private static void await(Callable<Boolean> condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try {
      while (!condition.call()) {
        assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        Thread.sleep(5);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Verification> together(int threads, String token) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Verification>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        calls.add(() -> verifier.verify(token));
      }
      List<Verification> answers = new ArrayList<>();
      for (Future<Verification> answer : pool.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      pool.shutdownNow();
    }
  }
}
