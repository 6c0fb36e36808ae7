package dev.stepgate.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.approval.Request;
import dev.stepgate.gateway.control.ControlMessages.MalformedLine;
import dev.stepgate.gateway.exec.ApprovalSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lines of the control protocol about requests for approval, and their answers. */
final class ApprovalMessages {

  /** How much of a request one answer holds, in bytes. */
  static final int MAX_PIECE = 32 << 10;

  private static final int SHOWN_STATEMENT = 200;

  private ApprovalMessages() {}

  /**
   * What a person wants.
   *
   * @param verb {@code approvals}, {@code approval} or {@code answer}
   * @param ended of {@code approvals}: whether ended ones too
   * @param id of the other two
   * @param at of {@code approval}: the first byte
   * @param yes of {@code answer}: whether they agree
   * @param reason of {@code answer}
   */
  record Wanted(String verb, boolean ended, String id, long at, boolean yes, String reason) {}

  /** The keys that a request of that verb may have. */
  static Set<String> keys(String verb) {
    return switch (verb) {
      case "approvals" -> Set.of("v", "do", "token", "ended");
      case "approval" -> Set.of("v", "do", "token", "id", "at");
      default -> Set.of("v", "do", "token", "id", "approve", "reason");
    };
  }

  static Wanted wanted(String verb, ObjectNode node) throws MalformedLine {
    return switch (verb) {
      case "approvals" -> new Wanted(verb, truth(node, "ended"), "", 0, false, "");
      case "approval" ->
          new Wanted(verb, false, ControlMessages.text(node, "id"), at(node), false, "");
      default ->
          new Wanted(
              verb,
              false,
              ControlMessages.text(node, "id"),
              0,
              truth(node, "approve"),
              ControlMessages.text(node, "reason"));
    };
  }

  private static boolean truth(JsonNode node, String key) throws MalformedLine {
    if (!node.path(key).isBoolean()) {
      throw new MalformedLine(key + " must be true or false");
    }
    return node.path(key).booleanValue();
  }

  private static long at(JsonNode node) throws MalformedLine {
    JsonNode at = node.path("at");
    if (!at.isIntegralNumber() || !at.canConvertToLong() || at.longValue() < 0) {
      throw new MalformedLine("at must be a number of at least 0");
    }
    return at.longValue();
  }

  static byte[] approvals(Optional<String> token, boolean ended) {
    return ControlMessages.bytes(ask("approvals", token).put("ended", ended));
  }

  static byte[] approval(Optional<String> token, String id, long at) {
    return ControlMessages.bytes(ask("approval", token).put("id", id).put("at", at));
  }

  static byte[] answer(Optional<String> token, String id, boolean approve, String reason) {
    return ControlMessages.bytes(
        ask("answer", token).put("id", id).put("approve", approve).put("reason", reason));
  }

  private static ObjectNode ask(String verb, Optional<String> token) {
    ObjectNode line = ControlMessages.ask(verb);
    token.ifPresent(text -> line.put("token", text));
    return line;
  }

  static byte[] list(List<Request> requests) {
    ObjectNode line = ControlMessages.answer("approvals");
    ArrayNode list = line.putArray("requests");
    for (Request request : requests) {
      String statement = request.statement();
      list.addObject()
          .put("id", request.id())
          .put("state", request.state().word())
          .put("connection", request.connection())
          .put("rule", request.rule())
          .put("by", by(request))
          .put("asked", request.asked().toString())
          .put("expires", request.expires().toString())
          .put("agreed", request.agreed())
          .put("count", request.count())
          .put(
              "statement",
              statement.length() <= SHOWN_STATEMENT
                  ? statement
                  : statement.substring(0, SHOWN_STATEMENT - 1) + "…");
    }
    return ControlMessages.bytes(line);
  }

  private static String by(Request request) {
    String who = request.verified().getOrDefault("repository", "");
    String actor = request.verified().getOrDefault("actor", "");
    String subject = request.verified().getOrDefault("subject", request.openedBy());
    return who.isEmpty() ? subject : who + (actor.isEmpty() ? "" : " by " + actor);
  }

  static List<ApprovalSummary> list(ObjectNode reply) throws MalformedLine {
    List<ApprovalSummary> list = new ArrayList<>();
    for (JsonNode request : reply.path("requests")) {
      list.add(
          new ApprovalSummary(
              ControlMessages.text(request, "id"),
              ControlMessages.text(request, "state"),
              ControlMessages.text(request, "connection"),
              ControlMessages.text(request, "rule"),
              ControlMessages.text(request, "by"),
              ControlMessages.text(request, "asked"),
              ControlMessages.text(request, "expires"),
              request.path("agreed").asInt(),
              request.path("count").asInt(),
              ControlMessages.text(request, "statement")));
    }
    return list;
  }

  static byte[] piece(Request request, long at) {
    byte[] whole = request.json();
    int from = (int) Math.min(at, whole.length);
    byte[] piece = Arrays.copyOfRange(whole, from, Math.min(from + MAX_PIECE, whole.length));
    return ControlMessages.bytes(
        ControlMessages.answer("approval").put("bytes", Base64.getEncoder().encodeToString(piece)));
  }

  static byte[] piece(ObjectNode reply) throws MalformedLine {
    try {
      return Base64.getDecoder().decode(ControlMessages.text(reply, "bytes"));
    } catch (IllegalArgumentException e) {
      throw new MalformedLine("bytes must be base64");
    }
  }

  static byte[] answered(Request request) {
    return ControlMessages.bytes(
        ControlMessages.answer("answered")
            .put("state", request.state().word())
            .put("agreed", request.agreed())
            .put("count", request.count()));
  }
}
