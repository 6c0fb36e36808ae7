package dev.stepgate.gateway.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Signing in with a code that is typed in on any device (RFC 8628). Waits no longer than the code
 * is good for, and never longer than {@link #LONGEST}.
 */
final class DeviceFlow {

  /** How long it is waited for the person. */
  static final Duration LONGEST = Duration.ofMinutes(15);

  /** Between two questions, unless the provider says otherwise (RFC 8628 section 3.2). */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** The shortest and longest time between two questions. */
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

  /** The longest code for a person. */
  static final int MAX_USER_CODE_CHARS = 64;

  /** The longest code for the provider. */
  static final int MAX_DEVICE_CODE_CHARS = 4096;

  /** Questions in a row that may fail on the way; the network may come back. */
  static final int MAX_FAILURES = 3;

  private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  private final Provider provider;
  private final SignInTerms terms;
  private final Pace pace;
  private final Consumer<String> say;

  /**
   * Nothing is asked yet.
   *
   * @param say shows a person a line; escaped already
   */
  DeviceFlow(Provider provider, SignInTerms terms, Pace pace, Consumer<String> say) {
    this.provider = provider;
    this.terms = terms;
    this.pace = pace;
    this.say = say;
  }

  /** Asks for a code at {@code device}, shows it, and waits at {@code token} until it was used. */
  Tokens run(URI device, URI token) throws Failure, InterruptedException {
    Provider.Answer begun =
        provider.post(
            device,
            Map.of("client_id", terms.clientId(), "scope", String.join(" ", terms.scopes())));
    if (!begun.ok()) {
      throw Provider.refusal("the sign-in provider", begun);
    }
    ObjectNode body = begun.body();
    String code = word(body, "device_code", MAX_DEVICE_CODE_CHARS);
    Duration goodFor = seconds(body, "expires_in", LONGEST).orElse(LONGEST);
    show(body, goodFor);
    return await(
        token, code, seconds(body, "interval", LONGEST_INTERVAL).orElse(INTERVAL), goodFor);
  }

  private void show(ObjectNode body, Duration goodFor) throws Failure {
    String userCode = word(body, "user_code", MAX_USER_CODE_CHARS);
    String page = page(body, "verification_uri").orElseThrow(() -> missing("verification_uri"));
    say.accept("open " + page);
    say.accept("and type in " + PlainText.escape(userCode));
    Optional<String> complete = page(body, "verification_uri_complete");
    complete.ifPresent(at -> say.accept("or open " + at));
    say.accept("waiting for at most " + goodFor.toMinutes() + " minutes");
  }

  private Tokens await(URI token, String code, Duration interval, Duration goodFor)
      throws Failure, InterruptedException {
    Instant end = pace.now().plus(goodFor);
    Duration between = interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
    int failures = 0;
    while (true) {
      pace.pause(between);
      if (!pace.now().isBefore(end)) {
        throw late();
      }
      Provider.Answer answer;
      try {
        answer =
            provider.post(
                token,
                Map.of("grant_type", GRANT, "device_code", code, "client_id", terms.clientId()));
        failures = 0;
      } catch (Failure e) {
        failures++;
        if (failures >= MAX_FAILURES) {
          throw e;
        }
        between = longer(between);
        continue;
      }
      if (answer.ok()) {
        return Tokens.read(answer.body(), Optional.empty());
      }
      switch (answer.error()) {
        case "authorization_pending" -> {}
        case "slow_down" -> between = longer(between);
        case "expired_token" -> throw late();
        default -> throw Provider.refusal("the sign-in provider", answer);
      }
    }
  }

  /** RFC 8628 section 3.5: five seconds more. */
  private static Duration longer(Duration between) {
    Duration more = between.plus(INTERVAL);
    return more.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : more;
  }

  private static Failure late() {
    return new Failure(ExitCode.REFUSED, "nobody signed in while the code was good");
  }

  private static Failure missing(String member) {
    return Provider.unusable("it gave no " + member);
  }

  private static String word(ObjectNode body, String member, int maxChars) throws Failure {
    String word = Provider.text(body, member).orElseThrow(() -> missing(member));
    if (word.length() > maxChars) {
      throw Provider.unusable(
          "its " + member + " has " + word.length() + " characters, the limit is " + maxChars);
    }
    return word;
  }

  /** A page of the provider's own: nobody is sent elsewhere with a code in hand. */
  private Optional<String> page(ObjectNode body, String member) throws Failure {
    Optional<String> text = Provider.text(body, member);
    if (text.isEmpty()) {
      return text;
    }
    try {
      URI at = new URI(text.get());
      if (text.get().matches("[!-~]{1,2000}") && provider.shows(at)) {
        return Optional.of(PlainText.escape(text.get()));
      }
    } catch (URISyntaxException e) {
      // the same answer as below
    }
    throw Provider.unusable("its " + member + " is no page of its own: " + text.get());
  }

  private static Optional<Duration> seconds(ObjectNode body, String member, Duration most) {
    JsonNode value = body.get(member);
    if (value == null || !value.isIntegralNumber() || value.asLong() <= 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(Math.min(value.asLong(), most.toSeconds())));
  }
}
