package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a recording has come.
 *
 * @param recording its number in its session, from 1
 * @param lines how many lines the head covers, from 1
 * @param head the head of its hash chain after them
 */
public record RecordingHead(int recording, long lines, Hash head) {

  /** Checks the numbers. */
  public RecordingHead {
    Names.recording(recording);
    if (lines < 1) {
      throw new MalformedException("a recording's head covers at least one line, not " + lines);
    }
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("recording", Names.recording(recording));
    members.put("lines", lines);
    members.put("head", head.hex());
    return members;
  }

  static RecordingHead read(Fields fields) {
    return new RecordingHead(
        Names.recording(fields.text("recording")), fields.number("lines"), fields.hash("head"));
  }
}
