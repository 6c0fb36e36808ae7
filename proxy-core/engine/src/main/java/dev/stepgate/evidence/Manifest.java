package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Fields;
import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.tree.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle says it is.
 *
 * @param session the session's ULID
 * @param origin the log's
 * @param size the checkpoint's
 * @param recordings what it carries, in order of the numbers
 */
record Manifest(String session, String origin, long size, List<Part> recordings) {

  /** The largest manifest, in bytes: 64 MiB. */
  static final int MAX_BYTES = 64 << 20;

  private static final String KIND = "stepgate-bundle";
  private static final long VERSION = 1;

  /**
   * One recording.
   *
   * @param number its number
   * @param lines how many lines it has
   * @param bodies whether its bodies file is there
   */
  record Part(int number, long lines, boolean bodies) {}

  Manifest {
    Names.session(session);
    Origin.checked(origin);
    recordings = List.copyOf(recordings);
    for (int i = 1; i < recordings.size(); i++) {
      if (recordings.get(i - 1).number() >= recordings.get(i).number()) {
        throw new MalformedException("the recordings are not in order of their numbers");
      }
    }
  }

  byte[] encode() {
    List<Map<String, Object>> parts = new ArrayList<>();
    for (Part part : recordings) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("recording", Names.recording(part.number()));
      members.put("lines", part.lines());
      members.put("bodies", part.bodies());
      parts.add(members);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", KIND);
    members.put("version", VERSION);
    members.put("session", session);
    members.put("origin", origin);
    members.put("size", size);
    members.put("recordings", parts);
    return line(members);
  }

  static Manifest decode(byte[] bytes) {
    Fields fields = Fields.of(Json.decode(unterminated(bytes)));
    if (!fields.text("kind").equals(KIND)) {
      throw new MalformedException("is no manifest of a bundle");
    }
    long version = fields.number("version");
    if (version != VERSION) {
      throw new MalformedException("is of version " + version + ", which is not understood here");
    }
    Manifest manifest =
        new Manifest(
            fields.text("session"),
            fields.text("origin"),
            Checkpoint.size(Long.toString(fields.number("size"))),
            parts(fields.list("recordings")));
    fields.end();
    return manifest;
  }

  private static List<Part> parts(List<?> values) {
    List<Part> parts = new ArrayList<>();
    for (Object value : values) {
      Fields fields = Fields.of(value);
      parts.add(
          new Part(
              Names.recording(fields.text("recording")),
              fields.number("lines"),
              fields.truth("bodies")));
      fields.end();
    }
    return parts;
  }

  /** A value as one line. */
  static byte[] line(Object value) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes(Json.encode(value));
    line.writeBytes("\n".getBytes(StandardCharsets.US_ASCII));
    return line.toByteArray();
  }

  private static byte[] unterminated(byte[] bytes) {
    if (bytes.length == 0 || bytes[bytes.length - 1] != '\n') {
      throw new MalformedException("does not end with a newline");
    }
    return Arrays.copyOf(bytes, bytes.length - 1);
  }
}
