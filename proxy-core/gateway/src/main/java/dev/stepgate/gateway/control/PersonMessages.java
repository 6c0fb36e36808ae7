package dev.stepgate.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.control.ControlMessages.MalformedLine;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.login.SignInTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The lines of the control protocol that people send, and their answers. */
final class PersonMessages {

  private PersonMessages() {}

  static RecordingPiece.Wanted wanted(ObjectNode node) throws MalformedLine {
    JsonNode recording = node.path("recording");
    JsonNode at = node.path("at");
    boolean fit =
        recording.isInt()
            && recording.intValue() >= 0
            && at.canConvertToLong()
            && at.isIntegralNumber()
            && at.longValue() >= 0
            && node.path("bodies").isBoolean();
    if (!fit) {
      throw new MalformedLine("recording and at must be numbers of at least 0, bodies a boolean");
    }
    return new RecordingPiece.Wanted(
        ControlMessages.text(node, "session"),
        recording.intValue(),
        node.path("bodies").booleanValue(),
        at.longValue());
  }

  static byte[] read(Optional<String> token, RecordingPiece.Wanted wanted) {
    ObjectNode line = ControlMessages.ask("read");
    token.ifPresent(text -> line.put("token", text));
    return ControlMessages.bytes(
        line.put("session", wanted.session())
            .put("recording", wanted.recording())
            .put("bodies", wanted.bodies())
            .put("at", wanted.at()));
  }

  static byte[] piece(RecordingPiece piece) {
    ObjectNode line = ControlMessages.answer("read").put("session", piece.session());
    piece.recordings().forEach(line.putArray("recordings")::add);
    return ControlMessages.bytes(
        line.put("bytes", Base64.getEncoder().encodeToString(piece.bytes())));
  }

  static RecordingPiece piece(ObjectNode reply) throws MalformedLine {
    List<Integer> numbers = new ArrayList<>();
    reply.path("recordings").forEach(number -> numbers.add(number.asInt()));
    try {
      return new RecordingPiece(
          ControlMessages.session(reply).value(),
          numbers,
          Base64.getDecoder().decode(ControlMessages.text(reply, "bytes")));
    } catch (IllegalArgumentException e) {
      throw new MalformedLine("bytes must be base64");
    }
  }

  static byte[] person(Optional<String> token) {
    ObjectNode line = ControlMessages.ask("person");
    token.ifPresent(text -> line.put("token", text));
    return ControlMessages.bytes(line);
  }

  static byte[] person(RecognisedPerson found) {
    ObjectNode line = ControlMessages.answer("person");
    if (!found.accepted()) {
      return ControlMessages.bytes(line.put("code", found.code()).put("reason", found.sentence()));
    }
    line.put("name", found.name()).put("issuer", found.issuer()).put("subject", found.subject());
    found.groups().forEach(line.putArray("groups")::add);
    return ControlMessages.bytes(line.put("may_read", found.mayRead()));
  }

  static RecognisedPerson person(ObjectNode reply) throws MalformedLine {
    if (reply.has("code")) {
      return RecognisedPerson.refused(
          ControlMessages.text(reply, "code"), ControlMessages.text(reply, "reason"));
    }
    return new RecognisedPerson(
        "",
        "",
        ControlMessages.text(reply, "name"),
        ControlMessages.text(reply, "issuer"),
        ControlMessages.text(reply, "subject"),
        ControlMessages.texts(reply, "groups"),
        reply.path("may_read").asBoolean());
  }

  static byte[] terms(SignInTerms terms) {
    ObjectNode line =
        ControlMessages.answer("sign_in")
            .put("issuer", terms.issuer())
            .put("client_id", terms.clientId());
    terms.scopes().forEach(line.putArray("scopes")::add);
    terms.way().ifPresent(way -> line.put("flow", way));
    terms.otherHosts().stream().sorted().forEach(line.putArray("other_hosts")::add);
    terms.ca().ifPresent(pem -> line.put("ca", pem));
    return ControlMessages.bytes(
        line.put("skew_seconds", terms.skew().toSeconds())
            .put("lifetime_seconds", terms.lifetime().toSeconds()));
  }

  static SignInTerms terms(ObjectNode reply) throws MalformedLine {
    return new SignInTerms(
        ControlMessages.text(reply, "issuer"),
        ControlMessages.text(reply, "client_id"),
        ControlMessages.texts(reply, "scopes"),
        optional(reply, "flow"),
        new HashSet<>(ControlMessages.texts(reply, "other_hosts")),
        optional(reply, "ca"),
        Duration.ofSeconds(reply.path("skew_seconds").asInt()),
        Duration.ofSeconds(reply.path("lifetime_seconds").asInt()));
  }

  private static Optional<String> optional(ObjectNode reply, String key) throws MalformedLine {
    return reply.has(key) ? Optional.of(ControlMessages.text(reply, key)) : Optional.empty();
  }
}
