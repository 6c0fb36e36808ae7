package dev.stepgate.audit.leaf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A leaf of a kind that this version does not know: counted and named by a verifier, no error.
 *
 * @param kind its kind
 * @param members all of it, the kind first
 */
public record UnknownLeaf(String kind, Map<String, Object> members) implements Leaf {

  /** Copies the members, keeping their order. */
  public UnknownLeaf {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** What it says of a session, if anything. */
  @Override
  public String session() {
    return members.get("session") instanceof String session ? session : "";
  }

  static UnknownLeaf read(String kind, Map<?, ?> value) {
    Map<String, Object> members = new LinkedHashMap<>();
    value.forEach((key, member) -> members.put((String) key, member));
    return new UnknownLeaf(kind, members);
  }
}
