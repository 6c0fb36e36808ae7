package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.exec.ApprovalSummary;
import dev.stepgate.gateway.view.WhoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests for approval as lines for people; not escaped. */
final class ApprovalText {

  private ApprovalText() {}

  static JsonNode parse(byte[] request) throws Failure {
    try {
      return SessionJson.JSON.readTree(new String(request, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer is no request for approval");
    }
  }

  static String answered(String id, ControlDoor.Answered now) {
    return switch (now.state()) {
      case "rejected" -> id + " is rejected";
      case "approved" -> id + " is approved: it runs now, once, if it still may";
      default -> "you agreed to " + id + ": " + now.agreed() + " of " + now.count() + " have";
    };
  }

  static String line(ApprovalSummary request) {
    return request.id()
        + "  "
        + request.state()
        + (request.count() > 1 ? " " + request.agreed() + "/" + request.count() : "")
        + "  "
        + request.connection()
        + "  "
        + request.by()
        + "  until "
        + request.expires()
        + "  "
        + request.statement();
  }

  /** One screen: what will run, for whom, and what it would touch. */
  static List<String> lines(JsonNode request) {
    List<String> lines = new ArrayList<>();
    String rule = text(request, "rule");
    lines.add(text(request, "id") + " " + state(request) + " on " + text(request, "connection"));
    statement(request, lines);
    request.path("parameters").forEach(value -> lines.add(word("", value.asText())));
    reaches(request, lines);
    String rows = text(request, "rows");
    lines.add(word("rows", rows.isEmpty() ? "not known" : rows));
    lines.add(word("who", text(request, "opened_by") + ", proved by " + text(request, "proof")));
    lines.add(word("commit", request.path("verified").path("sha").asText("none is proved")));
    List<String> shaped = new ArrayList<>();
    request.path("shaped").forEach(name -> shaped.add(name.asText()));
    lines.add(word("verified", WhoText.claims(claims(request), shaped)));
    lines.add(word("rule", rule + ": " + text(request, "message")));
    lines.add(
        word("when", "asked " + text(request, "asked") + ", until " + text(request, "expires")));
    if (request.path("transaction").asBoolean()) {
      lines.add(word("locks", "it waits inside a transaction, whose locks are held meanwhile"));
    }
    lines.add(word("session", text(request, "reference") + " of " + text(request, "session")));
    lines.add(word("digest", text(request, "digest")));
    request.path("answers").forEach(answer -> lines.add(answer(answer)));
    if (!text(request, "ended").isEmpty()) {
      lines.add(word("ended", text(request, "ended") + ": " + text(request, "why")));
    }
    return lines;
  }

  private static String state(JsonNode request) {
    List<String> from = new ArrayList<>();
    request.path("from").forEach(group -> from.add(group.asText()));
    long agreed = 0;
    for (JsonNode answer : request.path("answers")) {
      agreed += text(answer, "verdict").equals("approved") ? 1 : 0;
    }
    return text(request, "state")
        + ", "
        + agreed
        + " of "
        + request.path("count").asInt()
        + " of "
        + String.join(", ", from)
        + " agreed,";
  }

  // Each line of the statement on a line, so that none hides behind a line's end.
  private static void statement(JsonNode request, List<String> lines) {
    String word = "runs";
    for (String line : text(request, "statement").split("\n", -1)) {
      lines.add(word(word, line));
      word = "|";
    }
  }

  private static void reaches(JsonNode request, List<String> lines) {
    String word = "reaches";
    for (JsonNode line : request.path("reaches")) {
      lines.add(word(word, line.asText()));
      word = "";
    }
    if (word.equals("reaches")) {
      lines.add(word(word, "not known"));
    }
  }

  private static String answer(JsonNode answer) {
    String reason = text(answer, "reason");
    return word(
        text(answer, "verdict"),
        text(answer, "name")
            + " ("
            + text(answer, "issuer")
            + " "
            + text(answer, "subject")
            + ") as "
            + text(answer, "by")
            + " at "
            + text(answer, "at")
            + (reason.isEmpty() ? "" : ": " + reason));
  }

  private static Map<String, String> claims(JsonNode request) {
    Map<String, String> claims = new LinkedHashMap<>();
    request
        .path("verified")
        .properties()
        .forEach(claim -> claims.put(claim.getKey(), claim.getValue().asText()));
    return claims;
  }

  private static String word(String word, String text) {
    return WhoText.line(word, text);
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText();
  }
}
