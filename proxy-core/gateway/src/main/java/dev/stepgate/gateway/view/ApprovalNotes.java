package dev.stepgate.gateway.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stepgate.recording.Body;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What recordings hold of requests for approval, in words; not escaped. */
public final class ApprovalNotes {

  /** The kind of these notes. */
  static final String KIND = "approval";

  /** Recordings whose lines take more are not read for a summary, in bytes. */
  static final long MAX_BYTES = 64L << 20;

  private static final int MAX_NOTE = 64 << 10;
  private static final int MAX_LINES = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ApprovalNotes() {}

  /** The operation that a note is about, and what it says; empty if it is none that is known. */
  static Optional<String> sentence(String note) {
    JsonNode node;
    try {
      node = JSON.readTree(note);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (node == null
        || !node.path("operation").isIntegralNumber()
        || !node.path("id").isTextual()) {
      return Optional.empty();
    }
    String begin = "#" + node.path("operation").asLong() + " " + node.path("id").asText() + " ";
    return Optional.of(begin + said(node));
  }

  private static String said(JsonNode node) {
    String event = node.path("event").asText();
    return switch (event) {
      case "asked" ->
          "asked by rule "
              + node.path("rule").asText()
              + ": "
              + node.path("count").asInt()
              + " of "
              + texts(node.path("from"))
              + ", until "
              + node.path("expires").asText();
      case "approved", "rejected" ->
          event
              + " by "
              + node.path("name").asText()
              + " ("
              + node.path("issuer").asText()
              + " "
              + node.path("subject").asText()
              + ", "
              + texts(node.path("groups"))
              + ") as "
              + node.path("by").asText()
              + " at "
              + node.path("at").asText()
              + reason(node.path("reason").asText());
      default -> event + reason(node.path("why").asText());
    };
  }

  private static String reason(String words) {
    return words.isEmpty() ? "" : ": " + words;
  }

  private static String texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return String.join(", ", texts);
  }

  /** All of one recording, a sentence each; says where it is too long to be looked through. */
  public static List<String> of(Path lines) throws IOException {
    if (Files.size(lines) > MAX_BYTES) {
      return List.of("not looked for in " + lines.getFileName() + ": stepgate replay shows them");
    }
    List<String> found = new ArrayList<>();
    try (RecordingReader reader = RecordingReader.open(lines)) {
      for (Optional<Line> line = reader.next();
          line.isPresent() && found.size() < MAX_LINES;
          line = reader.next()) {
        if (line.get() instanceof Line.Note note
            && note.kind().equals(KIND)
            && note.body().state() == Body.State.PRESENT) {
          byte[] body = reader.content(note.body(), MAX_NOTE);
          sentence(new String(body, StandardCharsets.UTF_8)).ifPresent(found::add);
        }
      }
    } catch (RecordingDamage e) {
      found.add("the recording is damaged: " + e.getMessage());
    }
    return found;
  }
}
