package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import dev.stepgate.identity.SignIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code people:} and holds it against who may be a job. */
final class PeopleReader {

  /** Most users of this machine that are people. */
  static final int MAX_USERS = 1_000;

  /** The account that steps run as where nobody is named. */
  static final String STEP_ACCOUNT = "stepgate-step";

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration LIFETIME = Duration.ofHours(12);

  private final ConfigFile.Surroundings surroundings;
  private final ServeConfig serve;
  private final AccessConfig access;

  PeopleReader(ConfigFile.Surroundings surroundings, ServeConfig serve, AccessConfig access) {
    this.surroundings = surroundings;
    this.serve = serve;
    this.access = access;
  }

  /** What the section says; nobody if it is not there. */
  PeopleConfig read(Section root) {
    return root.section("people", ConfigKeys.PEOPLE)
        .map(
            people ->
                new PeopleConfig(
                    users(people),
                    people.section("sign_in", ConfigKeys.SIGN_IN).flatMap(this::signIn),
                    Set.copyOf(people.texts("readers"))))
        .orElse(PeopleConfig.NOBODY);
  }

  private Map<String, List<String>> users(Section people) {
    Map<String, List<String>> users = new LinkedHashMap<>();
    people
        .section("users", List.of())
        .ifPresent(
            section -> {
              for (String name : section.names()) {
                wrongWith(name).ifPresent(wrong -> section.problem(name, wrong));
                users.put(name, section.texts(name));
              }
            });
    if (users.size() > MAX_USERS) {
      people.problem("users", "holds " + users.size() + ", at most " + MAX_USERS + " may be");
    }
    return users;
  }

  /** A step runs as whoever asked for its session: such a user can never be a person too. */
  private Optional<String> wrongWith(String name) {
    if (name.equals("root") || name.equals("0")) {
      return Optional.of("is not one person: name the user who becomes root");
    }
    if (name.equals(STEP_ACCOUNT)) {
      return Optional.of("is the account that steps run as, and no step is a person");
    }
    if (serve.users().contains(name)) {
      return Optional.of("is in serve.users, so that steps run as them, and no step is a person");
    }
    return Optional.empty();
  }

  private Optional<SignIn> signIn(Section section) {
    String url = section.required("issuer");
    String client = section.required("client_id");
    String name = section.text("name").orElse("sub");
    String groups = section.text("groups").orElse("groups");
    Duration lifetime = section.duration("lifetime", SHORTEST, LONGEST, LIFETIME);
    Duration skew = section.duration("skew", Duration.ZERO, Issuer.MAX_SKEW, Issuer.DEFAULT_SKEW);
    List<Path> authorities = authorities(section, url);
    Set<String> otherHosts = IssuerReader.otherHosts(section);
    List<String> scopes = scopes(section);
    Optional<SignIn.Way> way =
        Optional.ofNullable(
            section.choice("flow", List.of(SignIn.Way.values()), SignIn.Way::word, null));
    if (url.isEmpty() || client.isEmpty()) {
      return Optional.empty();
    }
    access.issuers().values().stream()
        .filter(job -> job.audiences().contains(client))
        .findFirst()
        .ifPresent(
            job ->
                section.problem(
                    "client_id",
                    "is an audience of jobs (identity.issuers."
                        + job.name()
                        + "): what is meant for jobs is never a person's"));
    try {
      Issuer issuer =
          new Issuer(
              "sign-in",
              url,
              Preset.generic(Map.of(), List.of("sub"), List.of("subject")),
              List.of(client),
              skew,
              lifetime,
              Issuer.DEFAULT_KEYS_GOOD_FOR,
              authorities,
              otherHosts);
      return Optional.of(new SignIn(issuer, name, groups, jobClaims(section, url), scopes, way));
    } catch (IllegalArgumentException e) {
      section.problem("issuer", e.getMessage());
      return Optional.empty();
    }
  }

  private static List<String> scopes(Section section) {
    List<String> scopes = section.texts("scopes");
    scopes.stream()
        .filter(scope -> !SignIn.isScope(scope))
        .forEach(
            scope ->
                section.problem(
                    "scopes", "holds " + Suggestion.quote(scope) + ", which is no scope's name"));
    if (!scopes.isEmpty() && !scopes.contains(SignIn.OPENID)) {
      section.problem("scopes", "does not hold openid, without which there is no ID token");
    }
    return scopes.isEmpty() ? List.of(SignIn.OPENID) : scopes;
  }

  /** What the tokens of jobs hold, if their issuer is people's too, and a person's cannot. */
  private Set<String> jobClaims(Section section, String url) {
    Set<String> claims = new TreeSet<>();
    for (Issuer job : access.issuers().values()) {
      if (!job.url().equals(url)) {
        continue;
      }
      Preset preset = job.preset();
      preset
          .job()
          .forEach(
              key ->
                  Optional.ofNullable(preset.claims().get(key))
                      .ifPresent(from -> claims.add(from.claim())));
      claims.addAll(preset.required());
      claims.removeAll(Set.of("sub", "jti"));
      if (claims.isEmpty()) {
        section.problem(
            "issuer",
            "is that of identity.issuers."
                + job.name()
                + ", whose jobs have no claim that tells them from people: name one under required");
      }
    }
    return claims;
  }

  private List<Path> authorities(Section section, String url) {
    Optional<Path> file = section.path("ca", surroundings.directory());
    file.flatMap(found -> new TlsReader(surroundings).wrongWithCertificates(found))
        .ifPresent(wrong -> section.problem("ca", wrong));
    if (file.isPresent() && url.startsWith("http:")) {
      section.problem("ca", "has no meaning with an http: issuer");
    }
    return file.map(List::of).orElse(List.of());
  }
}
