package dev.stepgate.approval;

import dev.stepgate.audit.leaf.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a recording holds of a request: bodies of notes, as {@code docs/specs/recording.md} has it.
 */
public final class Notes {

  /** The kind of these notes. */
  public static final String KIND = "approval";

  private Notes() {}

  /** People are asked about an operation. */
  public static byte[] asked(long operation, Request request) {
    Map<String, Object> note = begin(operation, request, "asked");
    note.put("rule", request.rule());
    note.put("from", request.from());
    note.put("count", (long) request.count());
    note.put("expires", request.expires().toString());
    note.put("digest", request.digest());
    return Json.encode(note);
  }

  /** Somebody has answered. */
  public static byte[] answered(long operation, Request request, Answer answer) {
    Map<String, Object> note = begin(operation, request, answer.verdict());
    note.put("issuer", answer.issuer());
    note.put("subject", answer.subject());
    note.put("name", answer.name());
    note.put("groups", answer.groups());
    note.put("by", answer.by());
    note.put("reason", answer.reason());
    note.put("at", answer.at().toString());
    return Json.encode(note);
  }

  /** It has ended: {@code expired}, {@code cancelled}, {@code used} or {@code refused}. */
  public static byte[] ended(long operation, Request request, String how, String why) {
    Map<String, Object> note = begin(operation, request, how);
    note.put("why", why);
    return Json.encode(note);
  }

  private static Map<String, Object> begin(long operation, Request request, String event) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("operation", operation);
    note.put("id", request.id());
    note.put("event", event);
    return note;
  }
}
