package dev.stepgate.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.login.ScriptedProvider.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Signing in with a code, at a provider that does its duty and at those that do not. */
@Timeout(60)
class DeviceSignInTest {

  private static final String ESCAPES = "\\u001b[31mowned\\u0007\\r\\n::error::x";
  private final FastPace pace = new FastPace();
  private final List<String> said = new ArrayList<>();
  private ScriptedProvider provider;

  @BeforeEach
  void start() throws IOException {
    provider = new ScriptedProvider();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private KeptSignIn signIn() throws Exception {
    return signIn(Duration.ofSeconds(20));
  }

  private KeptSignIn signIn(Duration within) throws Exception {
    SignInTerms terms = provider.terms();
    try (SigningIn at = new SigningIn(terms, Provider.open(terms, within), pace)) {
      return at.signIn(Optional.of("device"), 998, said::add);
    }
  }

  private void answers(Reply... replies) {
    Iterator<Reply> next = List.of(replies).iterator();
    provider.on("/token", form -> next.next());
  }

  @Test
  void the_code_is_shown_and_the_token_kept_once_it_was_typed_in() throws Exception {
    answers(
        Reply.no("authorization_pending"),
        provider.tokens(UnaryOperator.identity(), ",\"refresh_token\":\"r3\""));

    KeptSignIn kept = signIn();

    assertThat(kept.subject()).isEqualTo("alice");
    assertThat(kept.refresh()).contains("r3");
    assertThat(kept.gatewayUid()).isEqualTo(998);
    assertThat(said.get(0)).isEqualTo("open " + provider.url() + "/page");
    assertThat(said.get(1)).isEqualTo("and type in WDJB-MJHT");
    assertThat(provider.forms.get(0))
        .containsEntry("client_id", "stepgate-cli")
        .containsEntry("scope", "openid groups");
    assertThat(provider.forms.get(1))
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
        .containsEntry("device_code", "d3v");
    assertThat(kept.toString() + Optional.of(kept)).doesNotContain("AAAA").doesNotContain("r3");
  }

  @Test
  void slow_down_is_heeded_with_five_seconds_more_each_time() throws Exception {
    answers(
        Reply.no("slow_down"),
        Reply.no("slow_down"),
        provider.tokens(UnaryOperator.identity(), ""));

    signIn();

    assertThat(pace.pauses)
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15));
  }

  @Test
  void slow_down_for_ever_ends_when_the_code_does() {
    provider.on("/token", Reply.no("slow_down"));

    assertThatThrownBy(this::signIn).hasMessageContaining("nobody signed in");
    assertThat(pace.pauses).hasSizeLessThan(20);
  }

  @Test
  void nobody_who_types_it_in_is_waited_for_until_the_code_is_over_and_no_longer() {
    provider.on("/token", Reply.no("authorization_pending"));

    assertThatThrownBy(this::signIn).hasMessageContaining("nobody signed in");
    assertThat(pace.now()).isEqualTo(ScriptedProvider.NOW.plusSeconds(600));
  }

  @Test
  void a_code_good_for_a_year_and_asked_for_all_the_time_is_bounded_both_ways() {
    provider.on(
        "/device",
        Reply.ok(
            "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"%s/p\",\"expires_in\":31536000,\"interval\":0}"
                .formatted(provider.url())));
    provider.on("/token", Reply.no("authorization_pending"));

    assertThatThrownBy(this::signIn).hasMessageContaining("nobody signed in");
    assertThat(pace.now()).isEqualTo(ScriptedProvider.NOW.plus(DeviceFlow.LONGEST));
    assertThat(pace.pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
  }

  @Test
  void a_provider_that_stumbles_twice_is_asked_again_and_later() throws Exception {
    answers(
        new Reply(503, "", Duration.ZERO),
        new Reply(500, "", Duration.ZERO),
        provider.tokens(UnaryOperator.identity(), ""));

    assertThat(signIn().subject()).isEqualTo("alice");
    assertThat(pace.pauses)
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15));
  }

  /** A hostile answer: what is done to the provider, and what the person then reads. */
  static Stream<Arguments> hostile() {
    return Stream.of(
        hostile("access_denied", p -> p.on("/token", Reply.no("access_denied")), "access_denied"),
        hostile("expired_token", p -> p.on("/token", Reply.no("expired_token")), "nobody signed"),
        hostile(
            "an error's description with escape codes",
            p ->
                p.on(
                    "/token",
                    new Reply(
                        400,
                        "{\"error\":\"access_denied\",\"error_description\":\"" + ESCAPES + "\"}",
                        Duration.ZERO)),
            "access_denied: \\x1b[31mowned\\x07\\r\\n::error::x"),
        hostile(
            "an error of escape codes at the start",
            p -> p.on("/device", Reply.no(ESCAPES)),
            "\\x1b[31mowned"),
        hostile(
            "a description without an end",
            p ->
                p.on(
                    "/token",
                    new Reply(
                        400,
                        "{\"error\":\"x\",\"error_description\":\"" + "y".repeat(40_000) + "\"}",
                        Duration.ZERO)),
            "…"),
        hostile("garbage", p -> p.on("/token", Reply.ok("\u0000\u001b[2J<html>")), "not a JSON"),
        hostile("a list", p -> p.on("/token", Reply.ok("[]")), "not a JSON"),
        hostile(
            "a member twice",
            p -> p.on("/token", Reply.ok("{\"id_token\":\"a\",\"id_token\":\"b\"}")),
            "twice"),
        hostile("huge", p -> p.on("/token", Reply.ok("x".repeat(70_000))), "more than 65536 bytes"),
        hostile("no ID token", p -> p.on("/token", Reply.ok("{}")), "no ID token"),
        hostile(
            "an ID token that is a number",
            p -> p.on("/token", Reply.ok("{\"id_token\":1}")),
            "no ID token"),
        hostile(
            "wrong aud",
            p -> p.on("/token", p.tokens(c -> c.replace("stepgate-cli", "another"), "")),
            "meant for"),
        hostile(
            "wrong issuer",
            p -> p.on("/token", p.tokens(c -> c.replace("\"iss\":\"http", "\"iss\":\"xttp"), "")),
            "the token is of"),
        hostile(
            "expired",
            p -> p.on("/token", p.tokens(c -> c.replaceAll("\"exp\":\\d+", "\"exp\":1"), "")),
            "expired"),
        hostile(
            "a huge refresh token",
            p ->
                p.on(
                    "/token",
                    p.tokens(c -> c, ",\"refresh_token\":\"" + "r".repeat(20_000) + "\"")),
            "the limit is 16384"),
        hostile(
            "a redirect",
            p -> p.on("/token", new Reply(302, "", Duration.ZERO)),
            "redirects are not followed"),
        hostile(
            "a page elsewhere",
            p ->
                p.on(
                    "/device",
                    Reply.ok(
                        "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://evil.example/p\"}")),
            "no page of its own"),
        hostile(
            "a page with escape codes",
            p ->
                p.on(
                    "/device",
                    Reply.ok(
                        "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"%s/\\u001b[2J\"}"
                            .formatted(p.url()))),
            "no page of its own"),
        hostile(
            "a code of a thousand characters",
            p ->
                p.on(
                    "/device",
                    Reply.ok(
                        "{\"device_code\":\"d\",\"user_code\":\"%s\",\"verification_uri\":\"%s/p\"}"
                            .formatted("u".repeat(1000), p.url()))),
            "the limit is 64"),
        hostile(
            "no code",
            p -> p.on("/device", Reply.ok("{\"user_code\":\"u\"}")),
            "it gave no device_code"),
        hostile(
            "discovery of another",
            p ->
                p.on(
                    DISCOVERY,
                    Reply.ok(p.discovery("").replace("\"issuer\":\"http", "\"issuer\":\"xttp"))),
            "discovery document is that of"),
        hostile(
            "a token endpoint elsewhere",
            p ->
                p.on(
                    DISCOVERY,
                    Reply.ok(
                        p.discovery("").replace(p.url() + "/token", "https://evil.example/t"))),
            "token_endpoint is of another"),
        hostile(
            "no devices",
            p -> p.on(DISCOVERY, Reply.ok(p.discovery("").replace("device_auth", "other_auth"))),
            "offers no sign-in by device"));
  }

  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private static Arguments hostile(String name, Consumer<ScriptedProvider> what, String reads) {
    return Arguments.of(name, what, reads);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void an_answer_that_is_none_ends_the_sign_in_in_plain_words(
      String name, Consumer<ScriptedProvider> what, String reads) {
    what.accept(provider);

    Failure failure = catchThrowableOfType(Failure.class, this::signIn);

    assertThat(failure).isNotNull();
    assertThat(failure.getMessage()).contains(reads).matches("[ -~…]{5,600}");
    assertThat(failure.code()).isIn(ExitCode.REFUSED, ExitCode.UNAVAILABLE);
    assertThat(said).allMatch(line -> line.matches("[ -~]*"));
  }

  @Test
  void a_code_with_escape_codes_is_shown_written_out() throws Exception {
    provider.on(
        "/device",
        Reply.ok(
            "{\"device_code\":\"d\",\"user_code\":\"\\u001b[2JABC\",\"verification_uri\":\"%s/p\"}"
                .formatted(provider.url())));
    provider.on("/token", provider.tokens(UnaryOperator.identity(), ""));

    signIn();

    assertThat(said).contains("and type in \\x1b[2JABC");
  }

  @Test
  void a_provider_that_is_slow_is_given_up() {
    provider.on(DISCOVERY, new Reply(200, "{}", Duration.ofSeconds(30)));

    assertThatThrownBy(() -> signIn(Duration.ofMillis(300)))
        .hasMessageContaining("did not answer in full within 300 ms");
  }

  // Renewal.

  private KeptSignIn old(Optional<String> refresh) {
    return new KeptSignIn(
        998, provider.url(), "stepgate-cli", "alice", ScriptedProvider.NOW, "t", refresh);
  }

  private KeptSignIn renewed(KeptSignIn old) throws Exception {
    SignInTerms terms = provider.terms();
    try (SigningIn at = new SigningIn(terms, Provider.open(terms, Duration.ofSeconds(20)), pace)) {
      return at.renewed(old);
    }
  }

  @Test
  void a_refresh_token_renews_the_sign_in_and_is_replaced_where_it_turns() throws Exception {
    provider.on(
        "/token",
        form ->
            provider.tokens(
                UnaryOperator.identity(),
                form.get("refresh_token").equals("r1") ? ",\"refresh_token\":\"r2\"" : ""));

    KeptSignIn turned = renewed(old(Optional.of("r1")));
    KeptSignIn same = renewed(turned);

    assertThat(turned.refresh()).contains("r2");
    assertThat(same.refresh()).contains("r2");
    assertThat(same.expires()).isEqualTo(ScriptedProvider.NOW.plusSeconds(3600));
  }

  @Test
  void a_sign_in_is_not_renewed_with_another_person_s_token() {
    provider.on("/token", provider.tokens(c -> c.replace("alice", "mallory"), ""));

    assertThatThrownBy(() -> renewed(old(Optional.of("r1")))).hasMessageContaining("another's");
  }

  @Test
  void without_a_refresh_token_it_is_said_when_it_expired() {
    assertThatThrownBy(() -> renewed(old(Optional.empty())))
        .hasMessage("your sign-in expired at 2026-11-24T15:00:00Z; stepgate login");
  }

  @Test
  void a_refresh_token_that_was_taken_back_is_told_as_such() {
    provider.on("/token", Reply.no("invalid_grant"));

    assertThatThrownBy(() -> renewed(old(Optional.of("r1"))))
        .hasMessageContaining("your sign-in has expired")
        .hasMessageContaining("invalid_grant");
  }
}
