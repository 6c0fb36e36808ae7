package dev.stepgate.gateway.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The control protocol's lines to and from bytes. Whatever is not exactly a message is an error.
 */
final class ControlMessages {

  /** Longest line, in bytes, its line feed included. */
  static final int MAX_LINE = 64 << 10;

  /** Most connections that one session is opened for. */
  static final int MAX_CONNECTIONS = 64;

  static final int VERSION = 1;

  private static final int MAX_DEPTH = 4;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_LINE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);

  private ControlMessages() {}

  /** A line that is no message; the reason may be told to the peer. */
  static final class MalformedLine extends Exception {

    private static final long serialVersionUID = 1;

    MalformedLine(String message) {
      super(message);
    }
  }

  /**
   * What a client asks for.
   *
   * @param verb {@code open}, {@code seal}, {@code status}, {@code whoami}, {@code person}, {@code
   *     sign_in}, {@code read}, {@code approvals}, {@code approval} or {@code answer}
   * @param connections of {@code open}
   * @param token of {@code open} and {@code whoami}: the job's, if it has one; of {@code person}:
   *     the person's
   * @param claimed of {@code open}
   * @param step of {@code open}: the user that root will run the step as
   * @param wanted of {@code read}
   * @param about of {@code approvals}, {@code approval} and {@code answer}
   */
  record Request(
      String verb,
      List<String> connections,
      Optional<String> token,
      Map<String, String> claimed,
      Optional<Integer> step,
      Optional<RecordingPiece.Wanted> wanted,
      Optional<ApprovalMessages.Wanted> about) {}

  static byte[] open(
      List<String> connections,
      Optional<String> token,
      Map<String, String> claimed,
      Optional<Integer> step) {
    ObjectNode line = JSON.createObjectNode().put("v", VERSION).put("do", "open");
    ArrayNode names = line.putArray("connections");
    connections.forEach(names::add);
    token.ifPresent(text -> line.put("token", text));
    ObjectNode claims = line.putObject("claimed");
    claimed.forEach(claims::put);
    step.ifPresent(uid -> line.put("step_uid", uid));
    return bytes(line);
  }

  /** A request of that verb, to be completed. */
  static ObjectNode ask(String verb) {
    return JSON.createObjectNode().put("v", VERSION).put("do", verb);
  }

  static byte[] plain(String verb) {
    return bytes(ask(verb));
  }

  static Request request(byte[] line) throws MalformedLine {
    ObjectNode node = object(line);
    String verb = text(node, "do");
    if (node.path("v").asInt(0) != VERSION || !node.path("v").isInt()) {
      throw new MalformedLine("v must be " + VERSION);
    }
    return switch (verb) {
      case "open" -> {
        only(node, Set.of("v", "do", "connections", "token", "claimed", "step_uid"));
        yield new Request(
            verb,
            names(node),
            token(node),
            strings(node.path("claimed")),
            step(node),
            Optional.empty(),
            Optional.empty());
      }
      case "whoami", "person" -> {
        only(node, Set.of("v", "do", "token"));
        yield plain(verb, token(node), Optional.empty());
      }
      case "seal", "status", "sign_in" -> {
        only(node, Set.of("v", "do"));
        yield plain(verb, Optional.empty(), Optional.empty());
      }
      case "read" -> {
        only(node, Set.of("v", "do", "token", "session", "recording", "bodies", "at"));
        yield plain(verb, token(node), Optional.of(PersonMessages.wanted(node)));
      }
      case "approvals", "approval", "answer" -> {
        only(node, ApprovalMessages.keys(verb));
        yield new Request(
            verb,
            List.of(),
            token(node),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(ApprovalMessages.wanted(verb, node)));
      }
      default ->
          throw new MalformedLine(
              "do must be open, seal, status, whoami, person, sign_in, read, approvals, approval or"
                  + " answer");
    };
  }

  static byte[] opened(Gatekeeper.Served session, Isolation isolation) {
    ObjectNode line =
        answer("opened")
            .put("session", session.id().value())
            .put("who", session.who())
            .put("isolation", isolation.word());
    session.modes().forEach(line.putArray("modes")::add);
    ArrayNode list = line.putArray("endpoints");
    for (Endpoint endpoint : session.endpoints()) {
      ObjectNode node =
          list.addObject()
              .put("connection", endpoint.connection())
              .put("protocol", endpoint.protocol())
              .put("host", endpoint.host())
              .put("port", endpoint.port())
              .put("user", endpoint.user())
              .put("token", endpoint.token())
              .put("database", endpoint.database());
      endpoint.directory().ifPresent(path -> node.put("directory", path));
      endpoint.ca().ifPresent(pem -> node.put("ca", pem));
    }
    return bytes(line);
  }

  static byte[] sealed(Seal seal) {
    return bytes(
        answer("sealed")
            .put("session", seal.session().value())
            .put("operations", seal.operations())
            .put("refused", seal.refused())
            .put("masked", seal.masked())
            .put("recording", seal.recording())
            .put("heads", seal.heads())
            .put("origin", seal.origin())
            .put("size", seal.size())
            .put("root", seal.root()));
  }

  static byte[] status(String gateway, int sessions) {
    return bytes(answer("status").put("gateway", gateway).put("sessions", sessions));
  }

  private static Request plain(
      String verb, Optional<String> token, Optional<RecordingPiece.Wanted> wanted) {
    return new Request(
        verb, List.of(), token, Map.of(), Optional.empty(), wanted, Optional.empty());
  }

  static List<String> texts(ObjectNode node, String key) throws MalformedLine {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node.path(key)) {
      if (!element.isTextual()) {
        throw new MalformedLine(key + " must be strings");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  static byte[] error(String code, String message) {
    return bytes(
        JSON.createObjectNode().put("v", VERSION).put("error", code).put("message", message));
  }

  /** What the gateway answered; an error is told as {@link MalformedLine} with its message. */
  static ObjectNode reply(byte[] line, String expected) throws MalformedLine {
    ObjectNode node = object(line);
    if (node.has("error")) {
      throw new MalformedLine(text(node, "message"));
    }
    if (!text(node, "ok").equals(expected)) {
      throw new MalformedLine("the gateway answered something else than " + expected);
    }
    return node;
  }

  static List<Endpoint> endpoints(ObjectNode reply) throws MalformedLine {
    List<Endpoint> endpoints = new ArrayList<>();
    for (JsonNode node : reply.path("endpoints")) {
      endpoints.add(
          new Endpoint(
              text(node, "connection"),
              text(node, "protocol"),
              text(node, "host"),
              node.path("port").asInt(),
              text(node, "user"),
              text(node, "token"),
              text(node, "database"),
              Optional.ofNullable(node.get("directory")).map(JsonNode::asText),
              Optional.ofNullable(node.get("ca")).map(JsonNode::asText)));
    }
    return endpoints;
  }

  static Seal seal(ObjectNode reply) throws MalformedLine {
    return new Seal(
        session(reply),
        reply.path("operations").asLong(),
        reply.path("refused").asLong(),
        reply.path("masked").asLong(),
        text(reply, "recording"),
        text(reply, "heads"),
        text(reply, "origin"),
        reply.path("size").asLong(),
        text(reply, "root"));
  }

  static SessionId session(ObjectNode reply) throws MalformedLine {
    try {
      return new SessionId(text(reply, "session"));
    } catch (IllegalArgumentException e) {
      throw new MalformedLine(e.getMessage());
    }
  }

  static String who(ObjectNode reply) throws MalformedLine {
    return text(reply, "who");
  }

  static List<String> modes(ObjectNode reply, int connections) throws MalformedLine {
    List<String> modes = texts(reply, "modes");
    if (modes.size() != connections) {
      throw new MalformedLine("modes must be one for each connection");
    }
    return modes;
  }

  static Isolation isolation(ObjectNode reply) throws MalformedLine {
    try {
      return Isolation.valueOf(text(reply, "isolation").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new MalformedLine("unknown isolation");
    }
  }

  static ObjectNode answer(String ok) {
    return JSON.createObjectNode().put("v", VERSION).put("ok", ok);
  }

  private static ObjectNode object(byte[] line) throws MalformedLine {
    try {
      JsonNode node = JSON.readTree(new String(line, StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw new MalformedLine("the line is no JSON object");
    }
    throw new MalformedLine("the line is no JSON object");
  }

  static String text(JsonNode node, String key) throws MalformedLine {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw new MalformedLine(key + " must be a string");
    }
    return value.textValue();
  }

  private static void only(ObjectNode node, Set<String> known) throws MalformedLine {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      if (!known.contains(names.next())) {
        throw new MalformedLine("the line has a key that is not known");
      }
    }
  }

  private static List<String> names(ObjectNode node) throws MalformedLine {
    JsonNode list = node.path("connections");
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_CONNECTIONS) {
      throw new MalformedLine("connections must be a list of 1 to " + MAX_CONNECTIONS + " names");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : list) {
      if (!name.isTextual()) {
        throw new MalformedLine("connections must be strings");
      }
      names.add(name.textValue());
    }
    return names;
  }

  static Map<String, String> strings(JsonNode node) throws MalformedLine {
    if (node.isMissingNode()) {
      return Map.of();
    }
    if (!(node instanceof ObjectNode object)) {
      throw new MalformedLine("an object of strings is expected");
    }
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      strings.put(entry.getKey(), text(object, entry.getKey()));
    }
    return strings;
  }

  private static Optional<String> token(ObjectNode node) throws MalformedLine {
    return node.has("token") ? Optional.of(text(node, "token")) : Optional.empty();
  }

  private static Optional<Integer> step(ObjectNode node) throws MalformedLine {
    JsonNode uid = node.path("step_uid");
    if (uid.isMissingNode()) {
      return Optional.empty();
    }
    if (!uid.isInt() || uid.intValue() < 0) {
      throw new MalformedLine("step_uid must be a user's number");
    }
    return Optional.of(uid.intValue());
  }

  static byte[] bytes(ObjectNode line) {
    try {
      return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
    }
  }
}
