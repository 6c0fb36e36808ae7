package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Fields;
import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.tree.Hash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of {@code leaves.jsonl}.
 *
 * @param index the leaf's index in the log
 * @param leaf the leaf, as a value of canonical JSON
 * @param proof its path to the checkpoint's root
 */
record ProvedLeaf(long index, Object leaf, List<Hash> proof) {

  /** The longest line, in bytes. */
  static final int MAX_LINE_BYTES = 1 << 20;

  byte[] encode() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("index", index);
    members.put("leaf", leaf);
    members.put("proof", proof.stream().map(Hash::hex).toList());
    return Manifest.line(members);
  }

  static ProvedLeaf decode(byte[] line) {
    Fields fields = Fields.of(Json.decode(line));
    ProvedLeaf leaf =
        new ProvedLeaf(
            fields.number("index"),
            fields.any("leaf"),
            fields.texts("proof").stream().map(Hash::parseHex).toList());
    fields.end();
    return leaf;
  }
}
