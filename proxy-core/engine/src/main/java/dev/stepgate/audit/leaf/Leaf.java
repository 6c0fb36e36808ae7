package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.MalformedException;
import java.util.Map;

/** What stands in the log: one small record. See {@code docs/specs/log.md}, "Leaves". */
public sealed interface Leaf
    permits SessionOpened, HeadReached, SessionEnded, EventsReached, UnknownLeaf {

  /** The largest leaf, in bytes: an entry bundle counts them in 16 bits. */
  int MAX_BYTES = 65_535;

  /** The session that it is about, or the empty string. */
  String session();

  /** The record as JSON members, in canonical order. */
  Map<String, Object> members();

  /**
   * The bytes that the log holds.
   *
   * @throws MalformedException if they are too many
   */
  default byte[] encode() {
    byte[] bytes = Json.encode(members());
    if (bytes.length > MAX_BYTES) {
      throw new MalformedException(
          "a leaf has at most " + MAX_BYTES + " bytes, this one has " + bytes.length);
    }
    return bytes;
  }

  /**
   * Reads a leaf.
   *
   * @throws MalformedException if it is no canonical JSON object with a kind, or of a known kind
   *     and not of that kind's form
   */
  static Leaf decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedException(
          "a leaf has at most " + MAX_BYTES + " bytes, this one has " + bytes.length);
    }
    return of(Json.decode(bytes));
  }

  /** Reads a leaf from a value of canonical JSON. */
  static Leaf of(Object value) {
    Fields fields = Fields.of(value);
    String kind = fields.text("kind");
    Leaf leaf =
        switch (kind) {
          case SessionOpened.KIND -> SessionOpened.read(fields, true);
          case SessionOpened.NAMELESS -> SessionOpened.read(fields, false);
          case EventsReached.KIND -> EventsReached.read(fields);
          case HeadReached.KIND -> HeadReached.read(fields);
          case SessionEnded.SEALED -> SessionEnded.read(fields, false);
          case SessionEnded.INTERRUPTED -> SessionEnded.read(fields, true);
          default -> UnknownLeaf.read(kind, (Map<?, ?>) value);
        };
    if (!(leaf instanceof UnknownLeaf)) {
      fields.end();
    }
    return leaf;
  }
}
