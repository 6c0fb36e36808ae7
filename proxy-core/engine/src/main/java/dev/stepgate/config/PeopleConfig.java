package dev.stepgate.config;

import dev.stepgate.identity.SignIn;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is a person, and what people may do.
 *
 * @param users users of this machine that are people, and the groups that each is in
 * @param signIn where others sign in, if anywhere
 * @param readers the groups whose members may read recordings through the gateway
 */
public record PeopleConfig(
    Map<String, List<String>> users, Optional<SignIn> signIn, Set<String> readers) {

  /** Nobody. */
  public static final PeopleConfig NOBODY = new PeopleConfig(Map.of(), Optional.empty(), Set.of());

  /** Copies the collections. */
  public PeopleConfig {
    users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
    readers = Set.copyOf(readers);
  }
}
