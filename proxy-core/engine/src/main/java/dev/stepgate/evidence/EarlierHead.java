package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Fields;
import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.tree.Hash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of {@code consistency.jsonl}: an earlier head of the log that the bundle's checkpoint
 * continues.
 *
 * @param from the earlier size
 * @param root the root over that many leaves
 * @param proof the proof of consistency
 */
record EarlierHead(long from, Hash root, List<Hash> proof) {

  /** The longest line, in bytes. */
  static final int MAX_LINE_BYTES = 16 << 10;

  /** The most lines of a bundle. */
  static final int MAX_LINES = 1000;

  byte[] encode() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("from", from);
    members.put("root", root.hex());
    members.put("proof", proof.stream().map(Hash::hex).toList());
    return Manifest.line(members);
  }

  static EarlierHead decode(byte[] line) {
    Fields fields = Fields.of(Json.decode(line));
    EarlierHead head =
        new EarlierHead(
            Checkpoint.size(Long.toString(fields.number("from"))),
            fields.hash("root"),
            fields.texts("proof").stream().map(Hash::parseHex).toList());
    fields.end();
    return head;
  }
}
