package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import dev.stepgate.session.Identity.Shaper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads one issuer. */
final class IssuerReader {

  /** Longest name of an issuer. */
  static final int MAX_NAME = 48;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final String GENERIC = "generic";
  private static final List<String> GENERIC_ONLY = List.of("claims", "required", "job");
  private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(1);
  private static final Map<String, Supplier<Preset>> PRESETS =
      new TreeMap<>(
          Map.of("github", Preset::github, "gitlab", Preset::gitlab, "jenkins", Preset::jenkins));

  /** Whose tokens those of a preset are if no url is given. */
  private static final Map<String, String> URLS =
      Map.of(
          "github", "https://token.actions.githubusercontent.com",
          "gitlab", "https://gitlab.com");

  private final ConfigFile.Surroundings surroundings;
  private final List<String> audiences;

  IssuerReader(ConfigFile.Surroundings surroundings, List<String> audiences) {
    this.surroundings = surroundings;
    this.audiences = audiences;
  }

  /** What is wrong with an issuer's name, if anything. */
  static Optional<String> wrongWithName(String name) {
    if (name.equals(dev.stepgate.session.Identity.LOCAL)) {
      return Optional.of("is the name of this machine's own users");
    }
    return name.length() <= MAX_NAME && NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "is no name for an issuer: at most "
                + MAX_NAME
                + " lower-case letters, digits and single dashes, a letter first");
  }

  /** The issuer, if its section holds a whole one; what is wrong goes to its problems. */
  Optional<Issuer> read(String name, Section section) {
    Optional<Preset> preset = preset(section);
    String url = url(section, preset);
    List<Path> authorities = authorities(section);
    if (section.has("ca") && url.startsWith("http:")) {
      section.problem("ca", "has no meaning with an http: url");
    }
    List<String> own = section.texts("audience");
    Duration skew = section.duration("skew", Duration.ZERO, Issuer.MAX_SKEW, Issuer.DEFAULT_SKEW);
    Duration lifetime =
        section.duration(
            "lifetime",
            SHORTEST_LIFETIME,
            Issuer.MAX_LIFETIME,
            preset.map(Preset::maxLifetime).orElse(SHORTEST_LIFETIME));
    Duration keys =
        section.duration(
            "keys_good_for",
            Issuer.MIN_KEYS_GOOD_FOR,
            Issuer.MAX_KEYS_GOOD_FOR,
            Issuer.DEFAULT_KEYS_GOOD_FOR);
    if (preset.isEmpty() || url.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Issuer(
              name,
              url,
              preset.get(),
              own.isEmpty() ? audiences : own,
              skew,
              lifetime,
              keys,
              authorities,
              otherHosts(section)));
    } catch (IllegalArgumentException e) {
      section.problem("url", e.getMessage());
      return Optional.empty();
    }
  }

  /** The hosts beside its own to which an issuer's discovery document may point. */
  static Set<String> otherHosts(Section section) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : section.texts("other_hosts")) {
      if (Issuer.isHost(host)) {
        hosts.add(host);
      } else {
        section.problem(
            "other_hosts",
            "holds " + Suggestion.quote(host) + ", host or host:port in small letters is expected");
      }
    }
    return hosts;
  }

  private static Optional<Preset> preset(Section section) {
    String word = section.required("preset");
    List<String> names = new ArrayList<>(PRESETS.keySet());
    names.add(GENERIC);
    if (word.isEmpty() || !names.contains(word)) {
      section.choice("preset", names, known -> known, "");
      return Optional.empty();
    }
    if (word.equals(GENERIC)) {
      return generic(section);
    }
    GENERIC_ONLY.stream()
        .filter(section::has)
        .forEach(key -> section.problem(key, "is for preset: generic only"));
    return Optional.of(PRESETS.get(word).get());
  }

  private static Optional<Preset> generic(Section section) {
    Map<String, Preset.Source> mapping = new LinkedHashMap<>();
    section
        .section("claims", List.of())
        .ifPresentOrElse(
            claims -> claims.names().forEach(name -> mapping.put(name, source(claims, name))),
            () ->
                section.problem("claims", "is missing: say which of the token's claims are what"));
    try {
      return Optional.of(Preset.generic(mapping, section.texts("required"), section.texts("job")));
    } catch (IllegalArgumentException e) {
      section.problem("job", e.getMessage());
      return Optional.empty();
    }
  }

  // Plain text is a claim that, for all that is known, the pipeline's author can shape.
  private static Preset.Source source(Section claims, String name) {
    if (claims.node(name).orElseThrow() instanceof YamlNode.Scalar) {
      return new Preset.Source(claims.text(name).orElse(""), Shaper.AUTHOR);
    }
    Section source = claims.section(name, ConfigKeys.CLAIM).orElseThrow();
    return new Preset.Source(
        source.required("claim"),
        source.choice(
            "shaped_by",
            List.of(Shaper.values()),
            shaper -> shaper.name().toLowerCase(Locale.ROOT),
            Shaper.AUTHOR));
  }

  private static String url(Section section, Optional<Preset> preset) {
    Optional<String> standard = preset.map(known -> URLS.get(known.name()));
    if (!section.has("url") && standard.isPresent()) {
      return standard.get();
    }
    String text = section.required("url");
    return text;
  }

  private List<Path> authorities(Section section) {
    return section
        .path("ca", surroundings.directory())
        .map(
            file -> {
              new TlsReader(surroundings)
                  .wrongWithCertificates(file)
                  .ifPresent(wrong -> section.problem("ca", file + " " + wrong));
              return List.of(file);
            })
        .orElse(List.of());
  }
}
