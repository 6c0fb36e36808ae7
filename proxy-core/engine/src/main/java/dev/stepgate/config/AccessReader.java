package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.policy.IdentityPattern;
import dev.stepgate.policy.OpenTo;
import dev.stepgate.session.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code identity:} and every connection's {@code open_to:}. */
final class AccessReader {

  /** Most issuers of one gateway. */
  static final int MAX_ISSUERS = 100;

  /** Most entries of one connection's {@code open_to}. */
  static final int MAX_ENTRIES = 1_000;

  private static final List<String> LOCAL_KEYS = List.of("issuer", "subject", "user", "uid");

  private final Map<String, Issuer> issuers = new LinkedHashMap<>();
  private final Set<String> unread = new TreeSet<>();
  private final Map<String, OpenTo> openTo = new LinkedHashMap<>();
  private final Warnings warnings;
  private String host = "";

  private AccessReader(Warnings warnings) {
    this.warnings = warnings;
  }

  /** Reads the {@code identity} section of {@code root}, if it has one. */
  static AccessReader of(Section root, ConfigFile.Surroundings surroundings, Warnings warnings) {
    AccessReader reader = new AccessReader(warnings);
    root.section("identity", ConfigKeys.IDENTITY)
        .ifPresent(section -> reader.identity(section, surroundings));
    return reader;
  }

  private void identity(Section section, ConfigFile.Surroundings surroundings) {
    List<String> audiences = section.texts("audience");
    IssuerReader reader =
        new IssuerReader(
            surroundings, audiences.isEmpty() ? List.of(Issuer.DEFAULT_AUDIENCE) : audiences);
    section
        .section("issuers", List.of())
        .ifPresent(
            all -> {
              for (String name : all.names()) {
                IssuerReader.wrongWithName(name).ifPresent(wrong -> all.problem(name, wrong));
                all.section(name, ConfigKeys.ISSUER)
                    .flatMap(issuer -> reader.read(name, issuer))
                    .ifPresentOrElse(issuer -> add(issuer, all), () -> unread.add(name));
              }
              if (issuers.size() > MAX_ISSUERS) {
                section.problem(
                    "issuers", "holds " + issuers.size() + ", at most " + MAX_ISSUERS + " may be");
              }
            });
    host = section.text("host").orElse("");
    if (!host.isEmpty()) {
      IssuerReader.wrongWithName(host).ifPresent(wrong -> section.problem("host", wrong));
      if (issuers.containsKey(host)) {
        section.problem("host", "is an issuer's name already: whose word counts must be clear");
      }
    }
  }

  private void add(Issuer issuer, Section all) {
    issuers.values().stream()
        .filter(other -> other.url().equals(issuer.url()))
        .findFirst()
        .ifPresent(
            other -> all.problem(issuer.name(), "has the url of " + other.name() + " already"));
    issuers.put(issuer.name(), issuer);
  }

  /** Reads who may open the connection of that name. */
  void connection(String name, Section section) {
    List<IdentityPattern> entries = new ArrayList<>();
    Optional<YamlNode> node = section.node("open_to");
    if (node.isEmpty()) {
      warnings.add(section.line(), section.key("open_to"), "is missing: it opens for nobody");
    } else if (!(node.get() instanceof YamlNode.Sequence sequence)) {
      section.problem(
          "open_to", "is " + node.get().kind() + ", a list of { issuer: …, … } is expected");
    } else if (sequence.items().size() > MAX_ENTRIES) {
      section.problem(
          "open_to", "holds " + sequence.items().size() + ", at most " + MAX_ENTRIES + " may be");
    } else {
      if (sequence.items().isEmpty()) {
        warnings.add(section.line("open_to"), section.key("open_to"), "is empty: opens for nobody");
      }
      for (int i = 0; i < sequence.items().size(); i++) {
        entry(section.element("open_to", i, sequence.items().get(i))).ifPresent(entries::add);
      }
    }
    openTo.put(name, new OpenTo(entries));
  }

  private Optional<IdentityPattern> entry(Section entry) {
    Optional<IdentityPattern> pattern = identity(entry);
    pattern
        .flatMap(found -> new TrustCheck(issuers, host).weakness(found.keys()))
        .ifPresent(weak -> warnings.add(entry.line(), entry.path(), weak));
    return pattern;
  }

  /** Whom an entry of claims speaks of. */
  Optional<IdentityPattern> identity(Section entry) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    if (!entry.has("issuer")) {
      entry.required("issuer");
    }
    List<String> names = entry.texts("issuer");
    for (String issuer : names) {
      checkIssuer(entry, issuer);
    }
    for (String key : entry.names()) {
      List<String> wanted = entry.texts(key);
      if (!wanted.isEmpty()) {
        keys.put(key, wanted);
      }
      names.forEach(issuer -> checkKey(entry, issuer, key));
    }
    if (names.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new IdentityPattern(keys));
  }

  private void checkIssuer(Section entry, String issuer) {
    boolean known =
        issuer.equals(Identity.LOCAL)
            || issuer.equals(host)
            || issuers.containsKey(issuer)
            || unread.contains(issuer);
    if (!known) {
      List<String> all = new ArrayList<>(issuers.keySet());
      all.add(Identity.LOCAL);
      if (!host.isEmpty()) {
        all.add(host);
      }
      entry.problem(
          "issuer",
          "is "
              + Suggestion.quote(issuer)
              + ", which identity.issuers does not name; known: "
              + String.join(", ", all));
    }
  }

  // A key that no token of the issuer can have would match nobody, silently.
  private void checkKey(Section entry, String issuer, String key) {
    List<String> known = known(issuer);
    if (!known.isEmpty() && !known.contains(key)) {
      entry.problem(key, Suggestion.unknown(key, known));
    }
  }

  private List<String> known(String issuer) {
    if (issuer.equals(Identity.LOCAL)) {
      return LOCAL_KEYS;
    }
    if (!issuers.containsKey(issuer)) {
      return List.of(); // whatever the host vouches for, or a problem already
    }
    Set<String> known = new TreeSet<>(issuers.get(issuer).preset().claims().keySet());
    known.add("issuer");
    known.add("subject");
    return List.copyOf(known);
  }

  /** All that was read. */
  AccessConfig config() {
    return new AccessConfig(issuers, host, openTo);
  }
}
