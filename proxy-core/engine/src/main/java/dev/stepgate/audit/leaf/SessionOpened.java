package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * A session was opened. In the log before its endpoint takes a client.
 *
 * @param session the session's ULID
 * @param gateway the gateway's name
 * @param opened when, by the gateway's clock, in whole milliseconds
 * @param by the operating-system user that asked, {@code ci(998)} for one
 * @param isolation {@code none}, {@code user} or {@code container}
 * @param durability {@code process} or {@code disk}
 * @param connections the names of the connections that it may use
 * @param who whom it is for; empty in the openings of gateways that did not ask
 * @param claimed what the job says about itself; never identity
 */
public record SessionOpened(
    String session,
    String gateway,
    Instant opened,
    String by,
    String isolation,
    String durability,
    List<String> connections,
    Optional<Who> who,
    SortedMap<String, String> claimed)
    implements Leaf {

  /** What gateways wrote before they asked who a job is. */
  static final String NAMELESS = "session-opened";

  /** The same with whom it is for. */
  static final String KIND = "session-opened-2";

  private static final Set<String> ISOLATIONS = Set.of("none", "user", "container");
  private static final Set<String> DURABILITIES = Set.of("process", "disk");

  /** Checks what has a form, and copies the collections. */
  public SessionOpened {
    Names.session(session);
    opened = opened.truncatedTo(ChronoUnit.MILLIS);
    oneOf("isolation", isolation, ISOLATIONS);
    oneOf("durability", durability, DURABILITIES);
    connections = List.copyOf(connections);
    claimed = Collections.unmodifiableSortedMap(new TreeMap<>(claimed));
  }

  @Override
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", who.isPresent() ? KIND : NAMELESS);
    members.put("session", session);
    members.put("gateway", gateway);
    members.put("opened", Fields.time(opened));
    members.put("by", by);
    members.put("isolation", isolation);
    members.put("durability", durability);
    members.put("connections", connections);
    who.ifPresent(known -> members.putAll(known.members()));
    members.put("claimed", claimed);
    return members;
  }

  static SessionOpened read(Fields fields, boolean named) {
    return new SessionOpened(
        fields.text("session"),
        fields.text("gateway"),
        fields.time("opened"),
        fields.text("by"),
        fields.text("isolation"),
        fields.text("durability"),
        fields.texts("connections"),
        named ? Optional.of(Who.read(fields)) : Optional.empty(),
        fields.map("claimed"));
  }

  private static void oneOf(String key, String word, Set<String> words) {
    if (!words.contains(word)) {
      throw new MalformedException("\"" + key + "\" is not one of " + new TreeSet<>(words));
    }
  }
}
