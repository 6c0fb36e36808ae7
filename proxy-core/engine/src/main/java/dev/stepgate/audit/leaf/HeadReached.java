package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recording has come so far.
 *
 * @param session the session's ULID
 * @param head recording, lines and head
 * @param last whether no line will follow
 */
public record HeadReached(String session, RecordingHead head, boolean last) implements Leaf {

  static final String KIND = "head";

  /** Checks the session's form. */
  public HeadReached {
    Names.session(session);
  }

  /**
   * From a recording's whole name.
   *
   * @param recording {@code <session>/<number>}
   * @param hex the head, in hex
   */
  public static HeadReached of(String recording, long lines, String hex, boolean last) {
    int slash = recording.indexOf('/');
    if (slash < 0) {
      throw new MalformedException("a recording's name is <session>/<number>");
    }
    return new HeadReached(
        recording.substring(0, slash),
        new RecordingHead(
            Names.recording(recording.substring(slash + 1)), lines, Hash.parseHex(hex)),
        last);
  }

  @Override
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", KIND);
    members.put("session", session);
    members.putAll(head.members());
    members.put("final", last);
    return members;
  }

  static HeadReached read(Fields fields) {
    return new HeadReached(
        fields.text("session"), RecordingHead.read(fields), fields.truth("final"));
  }
}
