package dev.stepgate.identity;

import dev.stepgate.session.Identity.Shaper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the tokens of one sort of issuer hold, and what it is called here.
 *
 * @param name {@code github}, {@code gitlab}, {@code jenkins}, {@code generic}
 * @param claims by the name here: where it comes from and who can shape it
 * @param required claims of the token, by the issuer's name for them, without which it is refused
 * @param job the names here of what tells one job from every other, in order
 */
public record Preset(
    String name, SortedMap<String, Source> claims, List<String> required, List<String> job) {

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
    required = List.copyOf(required);
    job = List.copyOf(job);
  }

  /** An issuer of which nothing is known but what the configuration says. */
  public static Preset generic(
      Map<String, Source> mapping, List<String> required, List<String> job) {
    return new Preset("generic", new TreeMap<>(new LinkedHashMap<>(mapping)), required, job);
  }

  /** Who can choose the value of {@code claim}; the author, if nothing is known about it. */
  public Shaper shaperOf(String claim) {
    Source source = claims.get(claim);
    return source == null ? Shaper.AUTHOR : source.shapedBy();
  }
}
