package dev.stepgate.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One configured issuer.
 *
 * @param name its name in the configuration and in {@code open_to:}, {@code github} for one
 * @param url exactly what its tokens' {@code iss} says; {@code https:}, or {@code http:} on a
 *     loopback address
 * @param preset what its tokens hold
 * @param audiences what {@code aud} may name; a token that names anything else is refused
 * @param skew how far clocks may be apart, at most {@link #MAX_SKEW}
 * @param maxLifetime how long its tokens may be good for, from {@code iat} to {@code exp}, at most
 *     {@link #MAX_LIFETIME}
 * @param keysGoodFor how long fetched keys are used while the issuer cannot be reached, at most
 *     {@link #MAX_KEYS_GOOD_FOR}
 * @param authorities files with the certificates (PEM) trusted for its {@code https:}; empty for
 *     the JDK's own
 * @param otherHosts hosts ({@code host} or {@code host:port}) beside that of {@code url} to which
 *     its discovery document may point, by {@code https:} alone; usually none
 */
public record Issuer(
    String name,
    String url,
    Preset preset,
    List<String> audiences,
    Duration skew,
    Duration maxLifetime,
    Duration keysGoodFor,
    List<Path> authorities,
    Set<String> otherHosts) {

  /** What {@code aud} must name unless the configuration says otherwise. */
  public static final String DEFAULT_AUDIENCE = "stepgate";

  /** The default for {@link #skew}. */
  public static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);

  /** The most for {@link #skew}. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(5);

  /** The most for {@link #maxLifetime}. */
  public static final Duration MAX_LIFETIME = Duration.ofDays(7);

  /** The default for {@link #keysGoodFor}. */
  public static final Duration DEFAULT_KEYS_GOOD_FOR = Duration.ofHours(1);

  /** The least for {@link #keysGoodFor}. */
  public static final Duration MIN_KEYS_GOOD_FOR = Duration.ofMinutes(1);

  /** The most for {@link #keysGoodFor}. */
  public static final Duration MAX_KEYS_GOOD_FOR = Duration.ofHours(24);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int MAX_URL_CHARS = 1024;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int MAX_AUDIENCES = 16;
  private static final int MAX_OTHER_HOSTS = 8;
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  /** Copies the lists; refuses what cannot be an issuer, with a sentence for a person. */
  public Issuer {
    audiences = List.copyOf(audiences);
    authorities = List.copyOf(authorities);
    otherHosts = Set.copyOf(otherHosts);
    if (!NAME.matcher(name).matches()) {
      throw no("an issuer's name is small letters, digits and dashes, at most 63, not " + name);
    }
    checkUrl(url);
    if (audiences.isEmpty() || audiences.size() > MAX_AUDIENCES || audiences.contains("")) {
      throw no("an issuer has 1 to " + MAX_AUDIENCES + " audiences, none of them empty");
    }
    if (otherHosts.size() > MAX_OTHER_HOSTS || !otherHosts.stream().allMatch(Issuer::isHost)) {
      throw no("an issuer has at most " + MAX_OTHER_HOSTS + " other hosts, each host or host:port");
    }
    within("clock skew", skew, Duration.ZERO, MAX_SKEW);
    within("longest lifetime", maxLifetime, Duration.ofSeconds(1), MAX_LIFETIME);
    within("time that keys are good for", keysGoodFor, MIN_KEYS_GOOD_FOR, MAX_KEYS_GOOD_FOR);
  }

  /** An issuer with every default. */
  public static Issuer of(String name, String url, Preset preset) {
    return new Issuer(
        name,
        url,
        preset,
        List.of(DEFAULT_AUDIENCE),
        DEFAULT_SKEW,
        preset.maxLifetime(),
        DEFAULT_KEYS_GOOD_FOR,
        List.of(),
        Set.of());
  }

  /** Where OpenID Connect Discovery 1.0 (section 4) puts the issuer's document. */
  URI discovery() {
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    return URI.create(base + "/.well-known/openid-configuration");
  }

  /**
   * Whether the discovery document may point to {@code other}: it is served by whoever serves
   * {@link #url} (scheme, host and port), or by {@code https:} at one of {@link #otherHosts}.
   */
  public boolean serves(URI other) {
    if (other.getHost() == null
        || other.getRawUserInfo() != null
        || other.getRawFragment() != null) {
      return false;
    }
    String origin = origin(other);
    return origin(URI.create(url)).equals(origin)
        || otherHosts.stream()
            .map(host -> "https://" + host + (host.contains(":") ? "" : ":" + HTTPS))
            .anyMatch(origin::equals);
  }

  /** Whether {@code text} can be one of {@link #otherHosts}. */
  public static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  private static String origin(URI at) {
    int port = at.getPort() >= 0 ? at.getPort() : "https".equals(at.getScheme()) ? HTTPS : HTTP;
    return at.getScheme() + "://" + at.getHost() + ":" + port;
  }

  private static void checkUrl(String url) {
    if (url.length() > MAX_URL_CHARS) {
      throw no("an issuer's URL has at most " + MAX_URL_CHARS + " characters");
    }
    URI parsed = parse(url);
    boolean loopback =
        "http".equals(parsed.getScheme()) && LOOPBACK.contains(parsed.getHost() + "");
    if (!"https".equals(parsed.getScheme()) && !loopback) {
      throw no("an issuer's URL begins with https:// (http:// on a loopback address), not " + url);
    }
    if (parsed.getHost() == null
        || parsed.getRawUserInfo() != null
        || parsed.getRawQuery() != null
        || parsed.getRawFragment() != null) {
      throw no("an issuer's URL has a host and no user, query or fragment: " + url);
    }
  }

  private static URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw no("not a URL: " + url);
    }
  }

  private static void within(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw no("the " + what + " is " + least + " to " + most + ", not " + value);
    }
  }

  private static IllegalArgumentException no(String sentence) {
    return new IllegalArgumentException(sentence);
  }
}
