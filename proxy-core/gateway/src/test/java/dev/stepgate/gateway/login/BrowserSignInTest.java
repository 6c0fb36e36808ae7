package dev.stepgate.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.gateway.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in with a browser, which this test plays, and what else may knock meanwhile. */
@Timeout(60)
class BrowserSignInTest {

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private ScriptedProvider provider;
  private Map<String, String> asked;
  private URI redirect;
  private CompletableFuture<Tokens> signingIn;
  private boolean namesItself;

  @BeforeEach
  void start() throws IOException {
    provider = new ScriptedProvider();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private void begin(Duration within) throws InterruptedException {
    SignInTerms terms = provider.terms();
    signingIn =
        CompletableFuture.supplyAsync(
            () -> {
              try (Provider at = Provider.open(terms, Duration.ofSeconds(20))) {
                return new BrowserFlow(at, terms, within, said::add)
                    .run(
                        URI.create(provider.url() + "/auth?tenant=x"),
                        URI.create(provider.url() + "/token"),
                        namesItself);
              } catch (Failure | InterruptedException e) {
                throw new CompletionException(e);
              }
            });
    String line = said.poll(30, TimeUnit.SECONDS);
    while (!line.contains("http")) {
      line = said.poll(30, TimeUnit.SECONDS);
    }
    String url = line.substring(line.indexOf("http"));
    asked = ScriptedProvider.fields(url.substring(url.indexOf('?') + 1));
    redirect = URI.create(asked.get("redirect_uri"));
  }

  private Tokens ends() throws Exception {
    return signingIn.get(30, TimeUnit.SECONDS);
  }

  private String knock(String query) throws IOException {
    return raw(
        "GET /callback?%s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(query, redirect.getAuthority()));
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redirect.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private String state() {
    return asked.get("state");
  }

  @Test
  void the_code_that_a_browser_brings_is_turned_into_tokens_by_who_asked_for_it() throws Exception {
    begin(Duration.ofMinutes(1));
    provider.on(
        "/token",
        form ->
            provider.tokens(c -> c.replace("}", ",\"nonce\":\"" + asked.get("nonce") + "\"}"), ""));

    String page = knock("code=c0de%2F&state=" + state());
    Tokens tokens = ends();

    assertThat(page).startsWith("HTTP/1.1 200").contains("no-store").doesNotContain("c0de");
    assertThat(asked)
        .containsEntry("tenant", "x")
        .containsEntry("response_type", "code")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("client_id", "stepgate-cli")
        .containsEntry("scope", "openid groups");
    assertThat(redirect.toString()).matches("http://127\\.0\\.0\\.1:[0-9]+/callback");
    Map<String, String> form = provider.forms.get(0);
    assertThat(form)
        .containsEntry("code", "c0de/")
        .containsEntry("redirect_uri", redirect.toString());
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(form.get("code_verifier").getBytes(UTF_8));
    assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(hash))
        .isEqualTo(asked.get("code_challenge"));
    assertThat(tokens.nonce()).contains(asked.get("nonce"));
    assertThatThrownBy(() -> knock("code=again&state=" + state())).isInstanceOf(IOException.class);
  }

  @Test
  void state_nonce_and_verifier_are_another_each_time() throws Exception {
    begin(Duration.ofMillis(100));
    Map<String, String> first = asked;
    begin(Duration.ofMillis(100));

    for (String one : new String[] {"state", "nonce", "code_challenge"}) {
      assertThat(asked.get(one)).isNotEqualTo(first.get(one)).hasSizeGreaterThan(42);
    }
    assertThatThrownBy(this::ends).hasMessageContaining("no browser came back");
  }

  @Test
  void whatever_knocks_without_the_state_changes_nothing() throws Exception {
    begin(Duration.ofMinutes(1));
    String host = "Host: " + redirect.getAuthority() + "\r\n";
    String good = "/callback?code=evil&state=" + state();

    assertThat(knock("code=evil&state=guess")).startsWith("HTTP/1.1 400");
    assertThat(knock("code=evil")).startsWith("HTTP/1.1 400");
    assertThat(knock("error=access_denied&state=guess")).startsWith("HTTP/1.1 400");
    for (String other :
        new String[] {
          "POST " + good + " HTTP/1.1\r\n" + host + "\r\n",
          "GET /callback/" + good.substring(9) + " HTTP/1.1\r\n" + host + "\r\n",
          "GET /" + good.substring(9) + " HTTP/1.1\r\n" + host + "\r\n",
          "GET /Callback" + good.substring(9) + " HTTP/1.1\r\n" + host + "\r\n",
          "GET /callback HTTP/1.1\r\n" + host + "\r\n",
          "GET " + good + "&state=" + state() + " HTTP/1.1\r\n" + host + "\r\n",
          "GET " + good + "&x=%zz HTTP/1.1\r\n" + host + "\r\n",
          "GET " + good + " HTTP/1.1\r\nHost: evil.example\r\n\r\n",
          "GET " + good + " HTTP/1.1\r\n" + host + host + "\r\n",
          "GET " + good + " HTTP/1.1\r\n\r\n",
          "nonsense\r\n\r\n",
          "GET " + good + "\r\n" + host + "\r\n"
        }) {
      assertThat(raw(other)).as(other).startsWith("HTTP/1.1 404");
    }
    assertThat(raw("GET /" + "x".repeat(RedirectListener.MAX_HEAD_BYTES))).isEmpty();
    assertThat(provider.forms).isEmpty();

    provider.on("/token", provider.tokens(UnaryOperator.identity(), ""));
    knock("code=mine&state=" + state());
    ends();
    assertThat(provider.forms.get(0)).containsEntry("code", "mine");
  }

  @Test
  void who_holds_a_connection_open_and_says_nothing_keeps_no_browser_out() throws Exception {
    begin(Duration.ofMinutes(1));
    provider.on("/token", provider.tokens(UnaryOperator.identity(), ""));
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), redirect.getPort())) {
      silent.getOutputStream().write("GET /call".getBytes(UTF_8));

      knock("code=mine&state=" + state());

      assertThat(ends().id()).isNotEmpty();
    }
  }

  @Test
  void a_refusal_that_comes_back_is_told_in_plain_text() throws Exception {
    begin(Duration.ofMinutes(1));

    knock("error=access_denied&error_description=%1b%5B31mno%0d%0a%3A%3Aerror&state=" + state());

    assertThatThrownBy(this::ends)
        .cause()
        .hasMessage("the sign-in provider says: access_denied: \\x1b[31mno\\r\\n::error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss=https%3A%2F%2Fevil.example", "iss="})
  void what_comes_back_from_another_provider_is_refused(String iss) throws Exception {
    begin(Duration.ofMinutes(1));

    knock("code=c&" + iss + "&state=" + state());

    assertThatThrownBy(this::ends).hasMessageContaining("(iss)");
    assertThat(provider.forms).isEmpty();
  }

  @Test
  void where_the_provider_names_itself_a_browser_that_does_not_say_it_is_refused()
      throws Exception {
    namesItself = true;
    begin(Duration.ofMinutes(1));

    knock("code=c&state=" + state());

    assertThatThrownBy(this::ends).hasMessageContaining("(iss)");
  }

  @ParameterizedTest
  @CsvSource({"another,nonce", "'',nonce"})
  void a_token_with_a_wrong_nonce_is_not_kept(String nonce, String reads) throws Exception {
    begin(Duration.ofMinutes(1));
    provider.on(
        "/token",
        provider.tokens(
            c -> nonce.isEmpty() ? c : c.replace("}", ",\"nonce\":\"" + nonce + "\"}"), ""));
    knock("code=c&state=" + state());

    Tokens tokens = ends();

    assertThatThrownBy(
            () ->
                dev.stepgate.identity.ReceivedToken.read(
                    provider.terms().provider(), tokens.id(), tokens.nonce(), ScriptedProvider.NOW))
        .hasMessageContaining(reads);
  }
}
