package dev.stepgate.gateway.view;

import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.event.Event;
import dev.stepgate.event.EventFiles;
import dev.stepgate.event.EventReader;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A session that was not opened, as the gateway's events tell it.
 *
 * @param event the {@code session-refused} event
 */
public record RefusedSession(Event event) {

  /** The event's kind. */
  public static final String KIND = "session-refused";

  /** Most that are kept of those that fit a reference. */
  private static final int MAX_FOUND = 100;

  /** Those in the events of {@code state} whose name begins or ends with {@code wanted}. */
  public static List<RefusedSession> find(Path state, String wanted) throws IOException {
    List<RefusedSession> found = new ArrayList<>();
    EventFiles files = new EventFiles(state);
    for (int number : files.numbers()) {
      read(files.file(number), wanted, found);
    }
    return found;
  }

  private static void read(Path file, String wanted, List<RefusedSession> found)
      throws IOException {
    try (EventReader reader = EventReader.open(file)) {
      for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
        String session = next.get().text("session");
        boolean named = session.startsWith(wanted) || session.endsWith(wanted);
        if (next.get().kind().equals(KIND) && named && found.size() < MAX_FOUND) {
          found.add(new RefusedSession(next.get()));
        }
      }
    } catch (NoSuchFileException | MalformedException e) {
      // Expired meanwhile, or damaged: stepgate verify says so.
    }
  }

  /** The name that it would have had. */
  public String session() {
    return event.text("session");
  }

  /** Whom the job proved to be, if it did. */
  public Optional<Identity> identity() {
    SortedMap<String, String> verified = map("verified");
    if (verified.isEmpty()) {
      return Optional.empty();
    }
    Map<String, SignedClaim> claims = new LinkedHashMap<>();
    List<String> shaped = list("shaped");
    verified.forEach(
        (name, value) ->
            claims.put(
                name,
                new SignedClaim(value, shaped.contains(name) ? Shaper.AUTHOR : Shaper.ISSUER)));
    return Optional.of(
        Identity.of(
            verified.getOrDefault("issuer", ""),
            verified.getOrDefault("issuer_url", ""),
            verified.getOrDefault("subject", ""),
            claims));
  }

  /** A member of the event that is an object of texts. */
  public SortedMap<String, String> map(String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    if (event.members().get(key) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
    }
    return texts;
  }

  /** A member of the event that is a list of texts. */
  public List<String> list(String key) {
    return event.members().get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** What became of each connection that was asked for; empty if it did not come to that. */
  public Map<String, String> verdicts() {
    Map<String, String> verdicts = new LinkedHashMap<>();
    if (event.members().get("verdicts") instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> map) {
          verdicts.put(String.valueOf(map.get("connection")), String.valueOf(map.get("verdict")));
        }
      }
    }
    return verdicts;
  }
}
