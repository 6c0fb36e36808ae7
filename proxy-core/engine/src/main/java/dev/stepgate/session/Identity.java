package dev.stepgate.session;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who a job is, by the word of somebody else: the claims of a token that a configured issuer
 * signed, in one vocabulary whatever the CI system. What no issuer signs is not in here.
 *
 * @param issuer the issuer's configured name, {@code github} for one
 * @param issuerUrl the issuer's URL, exactly as the token and the configuration have it
 * @param subject the token's {@code sub}
 * @param claims by name: those of {@link #VOCABULARY} that this token holds ({@code issuer} and
 *     {@code subject} always), and what else the issuer signs under its own names ({@code
 *     repository_id}, {@code project_id}, {@code event_name}, …). Values are text: a number in
 *     decimal, a boolean as {@code true} or {@code false}. A claim that is absent or empty in the
 *     token is absent here
 */
public record Identity(
    String issuer, String issuerUrl, String subject, SortedMap<String, SignedClaim> claims) {

  /** The words that every preset maps its claims to. */
  public static final List<String> VOCABULARY =
      List.of(
          "repository",
          "ref",
          "ref_protected",
          "sha",
          "workflow",
          "run",
          "attempt",
          "job",
          "environment",
          "actor",
          "subject",
          "issuer");

  private static final int SHOWN_SHA = 4;
  private static final int SHOWN_WORD = 80;

  /**
   * One claim.
   *
   * @param value its text
   * @param shapedBy who can choose it
   */
  public record SignedClaim(String value, Shaper shapedBy) {}

  /** Who can choose a claim's value. The signature says that it is true, not who made it so. */
  public enum Shaper {
    /** The CI system: an id, a run's number, whether a ref is protected. */
    ISSUER,
    /** Whoever writes the pipeline or pushes to it: a branch's, a job's, an environment's name. */
    AUTHOR
  }

  /** Keeps the claims sorted by name. */
  public Identity {
    claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
  }

  /** An identity with these claims. */
  public static Identity of(
      String issuer, String issuerUrl, String subject, Map<String, SignedClaim> claims) {
    return new Identity(issuer, issuerUrl, subject, new TreeMap<>(claims));
  }

  /** The name of this machine itself as an issuer: its kernel says whose process asks. */
  public static final String LOCAL = "local";

  /** An operating-system user of this machine: claims {@code user} and {@code uid}. */
  public static Identity local(String name, int uid) {
    return of(
        LOCAL,
        "",
        name,
        Map.of(
            "issuer", new SignedClaim(LOCAL, Shaper.ISSUER),
            "subject", new SignedClaim(name, Shaper.ISSUER),
            "user", new SignedClaim(name, Shaper.ISSUER),
            "uid", new SignedClaim(Integer.toString(uid), Shaper.ISSUER)));
  }

  /** The value of one claim. */
  public Optional<String> claim(String name) {
    return Optional.ofNullable(claims.get(name)).map(SignedClaim::value);
  }

  /**
   * One line for people, {@code acme/orders@4f1c by alice}: repository (else subject), the start of
   * the commit, the actor. Control characters are shown as {@code ?}, so that it can stand in a
   * build log; it is not unique and nothing may be decided by it.
   */
  public String display() {
    StringBuilder line = new StringBuilder(shown(claim("repository").orElse(subject)));
    claim("sha")
        .map(sha -> sha.substring(0, Math.min(SHOWN_SHA, sha.length())))
        .ifPresent(sha -> line.append('@').append(shown(sha)));
    claim("actor").ifPresent(actor -> line.append(" by ").append(shown(actor)));
    return line.toString();
  }

  private static String shown(String word) {
    StringBuilder out = new StringBuilder();
    word.codePoints()
        .limit(SHOWN_WORD)
        .forEach(point -> out.appendCodePoint(Visible.is(point) ? point : '?'));
    return word.codePointCount(0, word.length()) > SHOWN_WORD
        ? out.append('…').toString()
        : out + "";
  }
}
