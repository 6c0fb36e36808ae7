package dev.stepgate.event;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Something that happened at the gateway and stands in no recording: a refusal. See {@code
 * docs/specs/events.md}.
 *
 * @param kind what happened, {@code session-refused} for one
 * @param members what is known of it: String, Long, Boolean, List and Map, in the order of the line
 */
public record Event(String kind, Map<String, Object> members) {

  /** The longest text of one member, in characters; what is longer is cut and ends in …. */
  public static final int MAX_TEXT = 512;

  /** Most elements of a list, and most keys of a map, that an event keeps. */
  public static final int MAX_ELEMENTS = 64;

  private static final String CUT = "…";

  /** Copies the members, keeping their order. */
  public Event {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** Begins an event. */
  public static Builder of(String kind) {
    return new Builder(kind);
  }

  /** A member that is text, or the empty string. */
  public String text(String key) {
    return members.get(key) instanceof String text ? text : "";
  }

  /** Puts an event together; every text is bounded here. */
  public static final class Builder {

    private final String kind;
    private final Map<String, Object> members = new LinkedHashMap<>();

    private Builder(String kind) {
      this.kind = kind;
    }

    /** A text. */
    public Builder with(String key, String text) {
      members.put(key, bounded(text));
      return this;
    }

    /** A number of 0 or more. */
    public Builder with(String key, long number) {
      members.put(key, number);
      return this;
    }

    /** A list of texts. */
    public Builder with(String key, List<String> texts) {
      List<Object> kept = new ArrayList<>();
      texts.stream().limit(MAX_ELEMENTS).forEach(text -> kept.add(bounded(text)));
      members.put(key, List.copyOf(kept));
      return this;
    }

    /** Texts by name. */
    public Builder with(String key, SortedMap<String, String> texts) {
      members.put(key, bounded(texts));
      return this;
    }

    /** A list of texts by name. */
    public Builder withAll(String key, List<? extends Map<String, String>> maps) {
      List<Object> kept = new ArrayList<>();
      maps.stream().limit(MAX_ELEMENTS).forEach(map -> kept.add(bounded(map)));
      members.put(key, List.copyOf(kept));
      return this;
    }

    /** The event. */
    public Event build() {
      return new Event(kind, members);
    }

    private static Map<String, Object> bounded(Map<String, String> texts) {
      Map<String, Object> kept = new LinkedHashMap<>();
      texts.entrySet().stream()
          .limit(MAX_ELEMENTS)
          .forEach(entry -> kept.put(bounded(entry.getKey()), bounded(entry.getValue())));
      return Collections.unmodifiableMap(kept);
    }

    private static String bounded(String text) {
      return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + CUT;
    }
  }
}
