package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who a session is for, as its opening says.
 *
 * @param proof whose word it is: {@code token}, {@code host} or {@code user}
 * @param verified the claims that are proved, by name
 * @param shaped the names of those whose values the pipeline's author can choose
 */
public record Who(String proof, SortedMap<String, String> verified, List<String> shaped) {

  private static final Set<String> PROOFS = Set.of("token", "host", "user");
  private static final int SHOWN_SHA = 4;

  /** Checks what has a form, and copies the collections. */
  public Who {
    if (!PROOFS.contains(proof)) {
      throw new MalformedException("\"proof\" is not one of " + new TreeSet<>(PROOFS));
    }
    verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
    shaped = List.copyOf(shaped);
  }

  /** One claim. */
  public Optional<String> claim(String name) {
    return Optional.ofNullable(verified.get(name));
  }

  /** For people, {@code acme/orders@4f1c by alice}; not escaped, not unique. */
  public String display() {
    String what = claim("repository").or(() -> claim("subject")).orElse("nobody");
    String sha =
        claim("sha")
            .map(full -> "@" + full.substring(0, Math.min(SHOWN_SHA, full.length())))
            .orElse("");
    return what + sha + claim("actor").map(actor -> " by " + actor).orElse("");
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("proof", proof);
    members.put("verified", verified);
    members.put("shaped", shaped);
    return members;
  }

  static Who read(Fields fields) {
    return new Who(fields.text("proof"), fields.map("verified"), fields.texts("shaped"));
  }
}
