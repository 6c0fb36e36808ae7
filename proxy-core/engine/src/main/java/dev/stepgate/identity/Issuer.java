package dev.stepgate.identity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One configured issuer.
 *
 * @param name its name in the configuration and in {@code open_to:}, {@code github} for one
 * @param url exactly what its tokens' {@code iss} says; {@code https:}, or {@code http:} on a
 *     loopback address
 * @param preset what its tokens hold
 * @param audiences what {@code aud} must name, one of them
 * @param skew how far clocks may be apart, at most {@link #MAX_SKEW}
 * @param maxLifetime how long its tokens may be good for, from {@code iat} to {@code exp}
 * @param keysGoodFor how long fetched keys are used while the issuer cannot be reached
 * @param authorities files with the certificates (PEM) trusted for its {@code https:}; empty for
 *     the JDK's own
 */
public record Issuer(
    String name,
    String url,
    Preset preset,
    List<String> audiences,
    Duration skew,
    Duration maxLifetime,
    Duration keysGoodFor,
    List<Path> authorities) {

  /** What {@code aud} must name unless the configuration says otherwise. */
  public static final String DEFAULT_AUDIENCE = "stepgate";

  /** The default for {@link #skew}. */
  public static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);

  /** The most for {@link #skew}. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(5);

  /** The default for {@link #keysGoodFor}. */
  public static final Duration DEFAULT_KEYS_GOOD_FOR = Duration.ofHours(1);

  /** The most for {@link #keysGoodFor}. */
  public static final Duration MAX_KEYS_GOOD_FOR = Duration.ofHours(24);

  /** Copies the lists; refuses what cannot be an issuer, with a sentence for a person. */
  public Issuer {
    audiences = List.copyOf(audiences);
    authorities = List.copyOf(authorities);
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException("an issuer needs an audience");
    }
  }
}
