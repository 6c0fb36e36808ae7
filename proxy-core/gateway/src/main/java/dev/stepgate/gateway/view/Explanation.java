package dev.stepgate.gateway.view;

import dev.stepgate.config.AccessConfig;
import dev.stepgate.policy.IdentityPattern;
import dev.stepgate.policy.OpenTo;
import dev.stepgate.session.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Why a session was refused and what would make it pass, for the operator. Not escaped. */
public final class Explanation {

  /** What to do about each code of a refusal. */
  private static final Map<String, String> REMEDIES = remedies();

  /** Claims that a new entry is best made of, the firmest first. */
  private static final List<String> SUGGESTED =
      List.of("issuer", "repository", "repository_id", "project_id", "ref_protected", "user");

  private final RefusedSession refused;
  private final Optional<AccessConfig> config;
  private final List<String> lines = new ArrayList<>();

  private Explanation(RefusedSession refused, Optional<AccessConfig> config) {
    this.refused = refused;
    this.config = config;
  }

  /**
   * The lines about it.
   *
   * @param config what the configuration says now, if there is one to be read
   */
  public static List<String> of(RefusedSession refused, Optional<AccessConfig> config) {
    Explanation explanation = new Explanation(refused, config);
    explanation.explain();
    return explanation.lines;
  }

  private void explain() {
    String code = refused.event().text("code");
    lines.add("session " + refused.session() + " was refused: " + code);
    say("when", refused.event().text("at"));
    say("told", refused.event().text("reason"));
    say(
        "asked by",
        refused.event().text("by")
            + ", isolation "
            + refused.event().text("isolation")
            + ", showing "
            + shown(refused.event().text("evidence")));
    say("asked for", String.join(", ", refused.list("connections")));
    if (refused.identity().isPresent()) {
      say("verified", WhoText.claims(refused.map("verified"), refused.list("shaped")));
    }
    if (!refused.map("claimed").isEmpty()) {
      say("claimed", WhoText.claims(refused.map("claimed"), List.of()));
    }
    refused.verdicts().forEach(this::connection);
    lines.add("");
    lines.add("to pass: " + REMEDIES.getOrDefault(code, "see the reason above"));
    suggestion(code);
  }

  private void say(String word, String text) {
    lines.add(String.format("  %-9s %s", word, text));
  }

  private static String shown(String evidence) {
    return switch (evidence) {
      case "token" -> "a token";
      case "host" -> "its host's word";
      default -> "no token, so as an operating-system user";
    };
  }

  private void connection(String name, String verdict) {
    lines.add("");
    lines.add(
        "connection "
            + name
            + ": "
            + switch (verdict) {
              case "open" -> "open to it";
              case "closed" -> "there, and was not open to it";
              default -> "there was none of that name";
            });
    if (config.isPresent() && refused.identity().isPresent()) {
      OpenTo openTo = config.get().openTo().get(name);
      if (openTo == null) {
        lines.add("  the configuration has none of that name now either");
      } else if (openTo.entries().isEmpty()) {
        lines.add("  the configuration opens it for nobody now (it has no open_to)");
      } else {
        entries(openTo, refused.identity().get());
      }
    }
  }

  private void entries(OpenTo openTo, Identity identity) {
    int number = 0;
    for (IdentityPattern.Match entry : openTo.explain(identity)) {
      lines.add(
          "  open_to["
              + number++
              + "] "
              + (entry.matched() ? "matches, as the configuration is now" : "does not match:"));
      entry.keys().stream()
          .filter(key -> !key.matched())
          .forEach(
              key ->
                  lines.add(
                      "    "
                          + key.key()
                          + " is "
                          + (key.found() == null ? "not proved" : key.found())
                          + ", wanted "
                          + String.join(" or ", key.wanted())));
    }
  }

  private void suggestion(String code) {
    if (!code.equals("not-open") || refused.identity().isEmpty()) {
      return;
    }
    Identity identity = refused.identity().get();
    List<String> keys = new ArrayList<>();
    // A star in a claim is a star, but in an entry it would stand for anything.
    SUGGESTED.forEach(
        name ->
            identity
                .claim(name)
                .filter(value -> value.indexOf('*') < 0)
                .ifPresent(value -> keys.add(name + ": " + quoted(value))));
    lines.add("  for instance, if that job may: - { " + String.join(", ", keys) + " }");
  }

  private static String quoted(String value) {
    boolean plain = value.matches("[A-Za-z0-9_][A-Za-z0-9_./-]*");
    return plain ? value : "'" + value.replace("'", "''") + "'";
  }

  private static Map<String, String> remedies() {
    Map<String, String> all = new TreeMap<>();
    all.put(
        "not-open",
        "name the job in the connection's open_to, or let it ask for a connection that is open to it");
    all.put("no-evidence", "configure identity.host, or let the job show a token");
    all.put("malformed", "ask for at least one connection, and for each once");
    all.put("too-many", "wait until sessions end, or raise limits.sessions");
    all.put("closing", "ask again when the gateway has started");
    all.put("failed", "look at the reason; the gateway could not open what it had allowed");
    all.put("token-too-large", "let the CI system put fewer or shorter claims into the token");
    all.put(
        "token-issuer",
        "name the issuer in identity.issuers, its url exactly as the token's iss has it");
    all.put(
        "token-audience",
        "let the CI system make the token for identity.audience alone (GitLab: aud: stepgate)");
    all.put("token-expired", "ask for the token just before the session, not at the job's start");
    all.put("token-not-yet", "set the clocks right, or raise the issuer's skew");
    all.put("token-lifetime", "raise the issuer's lifetime, or let tokens live less long");
    all.put(
        "token-replayed",
        "let each job ask its CI system for a token of its own; this one was another's");
    all.put(
        "token-issuer-unavailable",
        "let the gateway reach the issuer's url; keys_good_for bounds how long it does without");
    all.put("token-busy", "ask again; the gateway verified too many tokens at that moment");
    all.put(
        "token-unknown-key", "make sure that the token is the issuer's, and its keys published");
    all.put("token-signature", "nothing should: the token was changed, or is somebody else's");
    all.put("token-algorithm", "let the issuer sign with an algorithm of its preset");
    all.put("token-header", "nothing should: the token names a key of its own");
    all.put("token-missing-claim", "let the issuer put the claim into its tokens");
    all.put("token-replay-store-full", "wait until tokens expire; jobs ask for too many");
    all.put("token-replay-store-failed", "give the state directory a disk that can be written");
    return all;
  }
}
