package dev.stepgate.audit.leaf;

import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An object's members, taken one by one in the order that a specification gives. */
public final class Fields {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int TIME_CHARACTERS = 24;

  private final Iterator<? extends Map.Entry<?, ?>> members;

  private Fields(Map<?, ?> object) {
    members = object.entrySet().iterator();
  }

  /** Of a value that must be an object. */
  public static Fields of(Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      throw new MalformedException("a JSON object is wanted here");
    }
    return new Fields(object);
  }

  /** The next member, a string. */
  public String text(String key) {
    return typed(key, String.class);
  }

  /** The next member, a number. */
  public long number(String key) {
    return typed(key, Long.class);
  }

  /** The next member, true or false. */
  public boolean truth(String key) {
    return typed(key, Boolean.class);
  }

  /** The next member, a hash in hex. */
  public Hash hash(String key) {
    return Hash.parseHex(text(key));
  }

  /** The next member, an array. */
  public List<?> list(String key) {
    return typed(key, List.class);
  }

  /** The next member, an array of strings. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(key)) {
      texts.add(cast(key, element, String.class));
    }
    return texts;
  }

  /** The next member, any value. */
  public Object any(String key) {
    return typed(key, Object.class);
  }

  /** The next member, an object of strings with sorted keys. */
  public SortedMap<String, String> map(String key) {
    SortedMap<String, String> map = new TreeMap<>();
    Map<?, ?> object = typed(key, Map.class);
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      String name = (String) entry.getKey();
      if (!map.isEmpty() && map.lastKey().compareTo(name) >= 0) {
        throw new MalformedException("the keys of \"" + key + "\" are not sorted");
      }
      map.put(name, cast(key, entry.getValue(), String.class));
    }
    return map;
  }

  /** The next member, a time. */
  public Instant time(String key) {
    String text = text(key);
    try {
      Instant time = Instant.parse(text);
      if (time(time).equals(text)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw new MalformedException("\"" + key + "\" is no time: " + e.getMessage());
    }
    throw new MalformedException("\"" + key + "\" is no time in UTC with milliseconds");
  }

  /** Nothing may be left. */
  public void end() {
    if (members.hasNext()) {
      throw new MalformedException("the key " + shown(members.next()) + " has no place here");
    }
  }

  /** A time as leaves write it: UTC, milliseconds, years 0 to 9999. */
  public static String time(Instant time) {
    String text = TIME.format(time.truncatedTo(ChronoUnit.MILLIS));
    if (text.length() != TIME_CHARACTERS) {
      throw new MalformedException("a time's year has four digits: " + text);
    }
    return text;
  }

  private static String shown(Map.Entry<?, ?> member) {
    return Shown.of((String) member.getKey());
  }

  private <T> T typed(String key, Class<T> type) {
    if (!members.hasNext()) {
      throw new MalformedException("the key \"" + key + "\" is missing");
    }
    Map.Entry<?, ?> member = members.next();
    if (!member.getKey().equals(key)) {
      throw new MalformedException(
          "the key \"" + key + "\" is wanted where " + shown(member) + " stands");
    }
    return cast(key, member.getValue(), type);
  }

  private static <T> T cast(String key, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new MalformedException(
          "\"" + key + "\" is wanted as " + type.getSimpleName().toLowerCase(Locale.ROOT));
    }
    return type.cast(value);
  }
}
