package dev.stepgate.recording;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes a {@link Line} of a line's bytes. Trusts no byte. */
final class LineParser {

  private static final Pattern SUM = Pattern.compile("[A-Za-z0-9+/]{43}=");
  private static final String VERSION = "stepgate-recording";

  private Map<String, Object> members = Map.of();
  private long number;

  Line parse(byte[] bytes, int from, int length, long lineNumber) throws RecordingDamage {
    number = lineNumber;
    if (length >= LineSource.MAX_LINE) {
      throw damage("line", "at most " + LineSource.MAX_LINE + " bytes", "a longer one");
    }
    try {
      members = JsonObject.parse(bytes, from, length);
    } catch (JsonObject.Malformed e) {
      throw damage("line", "a JSON object", e.getMessage());
    }
    return lineNumber == 1 ? header() : event();
  }

  /** The same line, its body withheld. */
  static Line withhold(Line line) {
    Body old = line.body();
    if (old.state() != Body.State.PRESENT) {
      return line;
    }
    Body body = new Body(old.at(), old.size(), old.sum(), Body.State.WITHHELD);
    if (line instanceof Line.Note note) {
      return new Line.Note(note.time(), note.kind(), body);
    }
    if (line instanceof Line.Request it) {
      return new Line.Request(it.time(), it.operation(), it.kind(), it.subject(), body);
    }
    if (line instanceof Line.Data it) {
      return new Line.Data(it.time(), it.operation(), body);
    }
    if (line instanceof Line.Response it) {
      return new Line.Response(it.time(), it.operation(), body);
    }
    if (line instanceof Line.Result it) {
      return new Line.Result(
          it.time(), it.operation(), it.status(), it.code(), it.rows(), it.bytes(), body);
    }
    return new Line.Unknown(line.time(), body);
  }

  private Line header() throws RecordingDamage {
    long version = natural(VERSION);
    if (version != 1) {
      throw damage(VERSION, "version 1, which this reader knows", "version " + version);
    }
    return new Line.Header(
        string("recording"),
        string("session"),
        string("gateway"),
        string("target"),
        string("protocol"),
        string("peer"),
        instant("opened"),
        string("durability"),
        natural("capture"),
        who());
  }

  // Recordings of earlier gateways say nothing about whom they are of.
  private Who who() throws RecordingDamage {
    if (!members.containsKey("proof")) {
      return Who.UNKNOWN;
    }
    return new Who(string("proof"), strings("verified"), list("shaped"), strings("claimed"));
  }

  private SortedMap<String, String> strings(String key) throws RecordingDamage {
    SortedMap<String, String> strings = new TreeMap<>();
    Object value = members.get(key);
    if (!(value instanceof Map<?, ?> object)) {
      throw damage(key, "an object of strings", shown(value));
    }
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw damage(key, "an object of strings", "a member that is none");
      }
      strings.put((String) entry.getKey(), text);
    }
    return strings;
  }

  private List<String> list(String key) throws RecordingDamage {
    Object value = members.get(key);
    if (!(value instanceof List<?> elements)) {
      throw damage(key, "an array of strings", shown(value));
    }
    List<String> texts = new ArrayList<>();
    for (Object element : elements) {
      if (!(element instanceof String text)) {
        throw damage(key, "an array of strings", "an element that is none");
      }
      texts.add(text);
    }
    return texts;
  }

  private Line event() throws RecordingDamage {
    long time = natural("t");
    if (members.containsKey("note")) {
      return new Line.Note(time, string("note"), body());
    }
    if (members.containsKey("request")) {
      return new Line.Request(time, natural("request"), string("kind"), naturalOr("of", 0), body());
    }
    if (members.containsKey("data")) {
      return new Line.Data(time, natural("data"), body());
    }
    if (members.containsKey("response")) {
      return new Line.Response(time, natural("response"), body());
    }
    if (members.containsKey("rest")) {
      Body all = required(body());
      Body notKept = new Body(all.at(), all.size(), all.sum(), Body.State.NOT_KEPT);
      return new Line.Rest(time, natural("rest"), natural("pieces"), notKept, sum("salt"));
    }
    if (members.containsKey("outcome")) {
      return result(time);
    }
    return members.containsKey("end") ? end(time) : new Line.Unknown(time, body());
  }

  private Line result(long time) throws RecordingDamage {
    Body body = body();
    String code = members.containsKey("code") ? string("code") : "";
    return new Line.Result(
        time,
        natural("outcome"),
        string("status"),
        code,
        natural("rows"),
        naturalOr("bytes", body.size()),
        body);
  }

  private Line end(long time) throws RecordingDamage {
    return new Line.End(
        time,
        string("end"),
        natural("operations"),
        natural("refused"),
        Boolean.TRUE.equals(members.get("interrupted")),
        members.containsKey("found") ? Optional.of(instant("found")) : Optional.empty(),
        members.containsKey("tail") ? string("tail") : "");
  }

  private Body body() throws RecordingDamage {
    if (!members.containsKey("at") && !members.containsKey("size") && !members.containsKey("sum")) {
      return Body.EMPTY;
    }
    String sum = sum("sum");
    long size = natural("size");
    if (size == 0) {
      throw damage("size", "at least 1", "0");
    }
    return new Body(natural("at"), size, sum, Body.State.PRESENT);
  }

  private String sum(String key) throws RecordingDamage {
    String sum = string(key);
    if (!SUM.matcher(sum).matches()) {
      throw damage(key, "32 bytes in base64", sum);
    }
    return sum;
  }

  private Body required(Body body) throws RecordingDamage {
    if (body.state() == Body.State.EMPTY) {
      throw damage("at", "a number", "nothing");
    }
    return body;
  }

  private String string(String key) throws RecordingDamage {
    Object value = members.get(key);
    if (value instanceof String text) {
      return text;
    }
    throw damage(key, "a string", shown(value));
  }

  private long natural(String key) throws RecordingDamage {
    Object value = members.get(key);
    if (value instanceof Long found && found >= 0) {
      return found;
    }
    throw damage(key, "a whole number from 0 to " + Long.MAX_VALUE, shown(value));
  }

  private long naturalOr(String key, long otherwise) throws RecordingDamage {
    return members.containsKey(key) ? natural(key) : otherwise;
  }

  private Instant instant(String key) throws RecordingDamage {
    String text = string(key);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw damage(key, "a time as RFC 3339 has it", text);
    }
  }

  private RecordingDamage damage(String key, String expected, String found) {
    return new RecordingDamage(number, key, expected, found);
  }

  private static String shown(Object value) {
    if (value == null) {
      return "nothing";
    }
    boolean plain = value instanceof String || value instanceof Long || value instanceof Boolean;
    return plain ? value.toString() : "something else";
  }
}
