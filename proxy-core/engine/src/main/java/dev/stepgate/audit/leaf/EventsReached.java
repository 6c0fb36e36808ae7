package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An events file has come so far: {@code docs/specs/events.md}. It is about no session.
 *
 * @param file the file's number, from 1
 * @param lines how many lines it has
 * @param head the hash over them
 */
public record EventsReached(long file, long lines, Hash head) implements Leaf {

  static final String KIND = "events";

  /** The largest number of a file. */
  public static final int MAX_FILE = 999_999_999;

  /** Checks the bounds. */
  public EventsReached {
    if (file < 1 || file > MAX_FILE || lines < 1) {
      throw new MalformedException(
          "an events file has a number from 1 to " + MAX_FILE + " and at least one line");
    }
  }

  @Override
  public String session() {
    return "";
  }

  @Override
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", KIND);
    members.put("file", file);
    members.put("lines", lines);
    members.put("head", head.hex());
    return members;
  }

  static EventsReached read(Fields fields) {
    return new EventsReached(fields.number("file"), fields.number("lines"), fields.hash("head"));
  }
}
