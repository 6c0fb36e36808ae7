package dev.stepgate.policy;

import dev.stepgate.session.Identity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One entry of {@code open_to:}: who it speaks of. All keys must match; a key with several values
 * matches if one of them does; a claim that the identity does not have matches nothing.
 *
 * @param keys a claim's name to the patterns of which one must match its value
 */
public record IdentityPattern(Map<String, List<String>> keys) {

  /**
   * What became of an entry.
   *
   * @param matched whether all keys did
   * @param keys each of them, in the entry's order
   */
  public record Match(boolean matched, List<KeyMatch> keys) {}

  /**
   * What became of one key.
   *
   * @param key the claim's name
   * @param wanted the patterns
   * @param found the identity's value, or null if it has none
   * @param matched whether one pattern matches it
   */
  public record KeyMatch(String key, List<String> wanted, String found, boolean matched) {}

  /** Copies the map, in its order. */
  public IdentityPattern {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    keys.forEach((key, wanted) -> copy.put(key, List.copyOf(wanted)));
    keys = Collections.unmodifiableMap(copy);
  }

  /** Holds the entry against {@code identity}. */
  public Match match(Identity identity) {
    List<KeyMatch> held = new ArrayList<>();
    keys.forEach(
        (key, wanted) -> {
          String found = identity.claim(key).orElse(null);
          boolean matched =
              found != null && wanted.stream().anyMatch(glob -> Glob.matches(glob, found));
          held.add(new KeyMatch(key, wanted, found, matched));
        });
    boolean all = !held.isEmpty() && held.stream().allMatch(KeyMatch::matched);
    return new Match(all && keys.containsKey("issuer"), List.copyOf(held));
  }
}
