package dev.stepgate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recording read as {@code docs/specs/recording.md} says, by code that shares nothing with the
 * gateway's: each body is held against its line.
 *
 * @param file the {@code .jsonl}
 * @param header the first line
 * @param events the other lines, each with its body
 */
record RecordingFile(Path file, JsonNode header, List<Event> events) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SALT = 16;

  /**
   * One line.
   *
   * @param json the line
   * @param body what it commits to, as ISO 8859-1 so that each byte is one character
   */
  record Event(JsonNode json, String body) {

    /** Whether the line is of that sort: {@code request}, {@code outcome}, … */
    boolean is(String word) {
      return json.has(word);
    }
  }

  /** All recordings below a state directory or one session's directory, in order of their names. */
  static List<RecordingFile> below(Path directory) {
    return filesBelow(directory).stream().map(RecordingFile::read).toList();
  }

  /** The files of {@link #below}, for recordings that together are too large for memory. */
  static List<Path> filesBelow(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .filter(file -> !file.getParent().endsWith("events")) // the gateway's own
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one. A last line without its line feed is left out, as the format says. */
  static RecordingFile read(Path file) {
    Path bodies = file.resolveSibling(file.getFileName().toString().replace(".jsonl", ".bodies"));
    try {
      List<Event> events = new ArrayList<>();
      JsonNode header = null;
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
        JsonNode json = JSON.readTree(line);
        if (header == null) {
          header = json;
        } else {
          events.add(new Event(json, body(bodies, json)));
        }
      }
      return new RecordingFile(file, header, events);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** The events of one sort. */
  List<Event> all(String word) {
    return events.stream().filter(event -> event.is(word)).toList();
  }

  /** All that clients asked, one after the other: bodies of requests and of their data. */
  String asked() {
    StringBuilder text = new StringBuilder();
    events.stream()
        .filter(event -> event.is("request") || event.is("data"))
        .forEach(event -> text.append(event.body()));
    return text.toString();
  }

  /** Whether it has its last line. */
  boolean ended() {
    return !events.isEmpty() && events.get(events.size() - 1).is("end");
  }

  private static String body(Path bodies, JsonNode json) throws IOException {
    if (!json.has("at") || json.has("rest")) {
      return "";
    }
    byte[] region = new byte[SALT + json.get("size").intValue()];
    try (RandomAccessFile in = new RandomAccessFile(bodies.toFile(), "r")) {
      in.seek(json.get("at").longValue());
      in.readFully(region);
    }
    String sum = Base64.getEncoder().encodeToString(sha256().digest(region));
    if (!sum.equals(json.get("sum").textValue())) {
      throw new AssertionError(bodies + ": the body differs from its line: " + json);
    }
    return new String(region, SALT, region.length - SALT, StandardCharsets.ISO_8859_1);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
