package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.session.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an entry of {@code open_to} rests on: an entry that names nothing which ties a job to one
 * owner opens the connection to everybody who may run a job at the issuer.
 *
 * @param issuers the configured ones, by name
 * @param host the name under which the host vouches, or the empty string
 */
record TrustCheck(Map<String, Issuer> issuers, String host) {

  /** A pattern that stands for everything of some shape. */
  private static final String ANY_STAR = "[*/:@]*";

  /** What is weak about an entry with these keys, if anything. */
  Optional<String> weakness(Map<String, List<String>> keys) {
    List<String> constraining =
        keys.entrySet().stream()
            .filter(key -> !key.getKey().equals("issuer"))
            .filter(key -> key.getValue().stream().noneMatch(wanted -> wanted.matches(ANY_STAR)))
            .map(Map.Entry::getKey)
            .toList();
    List<String> names = keys.getOrDefault("issuer", List.of());
    if (constraining.isEmpty()) {
      return Optional.of(
          names.contains(Identity.LOCAL)
              ? "opens for every user of this machine"
              : "opens for every job of " + String.join(", ", names));
    }
    for (String issuer : names) {
      Set<String> anchors = anchors(issuer);
      if (issuers.containsKey(issuer)
          && constraining.stream()
              .noneMatch(key -> anchors.contains(key) && namesAnOwner(keys.get(key)))) {
        return Optional.of(
            "rests on "
                + String.join(", ", constraining)
                + " alone, which says nothing of whose pipeline it is: anybody who may run a job at "
                + issuer
                + " can match; add one of "
                + (anchors.isEmpty() ? "(none is known)" : String.join(", ", anchors)));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether no star stands in a pattern's first part: {@code *}{@code /orders} and {@code
   * acme*}{@code /orders} fit a repository that anybody may make.
   */
  private static boolean namesAnOwner(List<String> patterns) {
    return patterns.stream().noneMatch(pattern -> pattern.split("/", 2)[0].contains("*"));
  }

  private Set<String> anchors(String issuer) {
    return issuers.containsKey(issuer)
        ? new TreeSet<>(issuers.get(issuer).preset().anchors())
        : Set.of();
  }
}
