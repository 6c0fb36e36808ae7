package dev.stepgate.gateway.policy;

import dev.stepgate.recording.Body;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of a recording, with what the recording says of the rules.
 *
 * @param header the recording's
 * @param number its number
 * @param kind the sort of request
 * @param asked when
 * @param sql its statement; empty if it is withheld, or was prepared under a name that is not seen
 * @param status how it ended; empty if that is not known
 * @param canonical the rules by which it was decided; empty if there were none
 * @param verdict what they said if it was not simply allowed, as JSON; else empty
 */
public record RecordedOperation(
    Line.Header header,
    long number,
    String kind,
    Instant asked,
    Optional<String> sql,
    String status,
    String canonical,
    String verdict) {

  /** The longest statement that is explained, in bytes. */
  private static final int MAX_SQL = 16 << 20;

  private static final int MAX_NOTE = 1 << 20;
  private static final int LENGTH_BYTES = 4;

  /** The operation of that number, if the recording has it; reads the recording to its end. */
  public static Optional<RecordedOperation> find(RecordingReader reader, long number)
      throws IOException, RecordingDamage {
    Search search = new Search(reader, number);
    for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
      search.look(line.get());
    }
    return search.found();
  }

  /** The text of a Query or a Parse; nothing if the bytes are no such message. */
  static Optional<String> sql(byte[] message) {
    if (message.length <= LENGTH_BYTES || (message[0] != 'Q' && message[0] != 'P')) {
      return Optional.empty();
    }
    int from = 1 + LENGTH_BYTES;
    if (message[0] == 'P') {
      from = end(message, from) + 1;
    }
    int end = end(message, from);
    return end > message.length || end < from
        ? Optional.empty()
        : Optional.of(new String(message, from, end - from, StandardCharsets.UTF_8));
  }

  private static int end(byte[] message, int from) {
    int end = from;
    while (end < message.length && message[end] != 0) {
      end++;
    }
    return end;
  }

  private static final class Search {

    private final RecordingReader reader;
    private final long number;
    private final Map<Long, Body> texts = new HashMap<>();
    private Line.Header header;
    private Line.Request request;
    private String policy = "";
    private String canonical = "";
    private String verdict = "";
    private String status = "";

    Search(RecordingReader reader, long number) {
      this.reader = reader;
      this.number = number;
    }

    void look(Line line) throws IOException {
      if (line instanceof Line.Header first) {
        header = first;
      } else if (line instanceof Line.Request asked) {
        if (asked.operation() <= number) {
          texts.put(asked.operation(), asked.body());
        }
        if (asked.operation() == number) {
          request = asked;
          canonical = policy;
        }
      } else if (line instanceof Line.Note note && note.kind().equals("policy")) {
        policy = text(note.body());
      } else if (line instanceof Line.Note note
          && note.kind().equals("verdict")
          && request != null
          && verdict.isEmpty()) {
        String text = text(note.body());
        verdict = text.startsWith("{\"operation\":" + number + ",") ? text : "";
      } else if (line instanceof Line.Result result && result.operation() == number) {
        status = result.status() + (result.code().isEmpty() ? "" : " " + result.code());
      }
    }

    private String text(Body body) throws IOException {
      return body.state() == Body.State.PRESENT && body.size() <= MAX_NOTE
          ? new String(reader.content(body, MAX_NOTE), StandardCharsets.UTF_8)
          : "";
    }

    Optional<RecordedOperation> found() throws IOException {
      if (request == null) {
        return Optional.empty();
      }
      return Optional.of(
          new RecordedOperation(
              header,
              number,
              request.kind(),
              header.opened().plusNanos(request.time() * 1_000),
              statement(request.body()).or(this::prepared),
              status,
              canonical,
              verdict));
    }

    // What an Execute runs was sent with its Parse.
    private Optional<String> prepared() {
      Body body = texts.get(request.subject());
      try {
        return body == null ? Optional.empty() : statement(body);
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    private Optional<String> statement(Body body) throws IOException {
      return body.state() == Body.State.PRESENT && body.size() <= MAX_SQL
          ? sql(reader.content(body, MAX_SQL))
          : Optional.empty();
    }
  }
}
