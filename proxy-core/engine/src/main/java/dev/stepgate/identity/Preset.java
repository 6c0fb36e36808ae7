package dev.stepgate.identity;

import dev.stepgate.session.Identity.Shaper;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the tokens of one sort of issuer hold, and what it is called here.
 *
 * @param name {@code github}, {@code gitlab}, {@code jenkins}, {@code generic}
 * @param claims by the name here: where it comes from and who can shape it
 * @param anchors the names here of what ties an identity to one owner: without one of them, anybody
 *     who may run a job at the issuer can match
 * @param required claims of the token, by the issuer's name for them, without which it is refused
 * @param job the names here of what tells one job from every other, in order; those that a token
 *     lacks are left out
 * @param algorithms the signatures that are accepted
 * @param maxLifetime how long its tokens may be good for unless the configuration says otherwise
 */
public record Preset(
    String name,
    SortedMap<String, Source> claims,
    Set<String> anchors,
    List<String> required,
    List<String> job,
    Set<Algorithm> algorithms,
    Duration maxLifetime) {

  /**
   * Where a claim comes from.
   *
   * @param claim the issuer's name for it
   * @param shapedBy who can choose its value
   */
  public record Source(String claim, Shaper shapedBy) {}

  /** Copies the collections. */
  public Preset {
    claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
    anchors = Set.copyOf(anchors);
    required = List.copyOf(required);
    job = List.copyOf(job);
    algorithms = Set.copyOf(algorithms);
  }

  /** GitHub Actions, github.com and Enterprise Server alike. */
  public static Preset github() {
    return Presets.GITHUB;
  }

  /** GitLab CI/CD, gitlab.com and self-managed alike. */
  public static Preset gitlab() {
    return Presets.GITLAB;
  }

  /** Jenkins with the OpenID Connect Provider plugin. */
  public static Preset jenkins() {
    return Presets.JENKINS;
  }

  /**
   * An issuer of which nothing is known but what the configuration says. Its claims anchor an
   * identity if the issuer shapes them.
   *
   * @param mapping by the name here; {@code subject} comes from {@code sub}, shaped by the author,
   *     unless it says otherwise
   * @param required claims of the token, by the issuer's name
   * @param job the names here of what tells one job from every other; at least one, each mapped
   */
  public static Preset generic(
      Map<String, Source> mapping, List<String> required, List<String> job) {
    return Presets.generic(mapping, required, job);
  }

  /** Who can choose the value of {@code claim}; the author, if nothing is known about it. */
  public Shaper shaperOf(String claim) {
    Source source = claims.get(claim);
    return source == null ? Shaper.AUTHOR : source.shapedBy();
  }
}
