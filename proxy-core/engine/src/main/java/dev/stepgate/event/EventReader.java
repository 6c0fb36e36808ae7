package dev.stepgate.event;

import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.tree.MalformedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads one events file and computes the chain over it. */
public final class EventReader implements AutoCloseable {

  private final InputStream in;
  private final Path file;
  private byte[] head = new byte[32];
  private long lines;

  private EventReader(Path file) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Files.newInputStream(file));
  }

  /** Opens {@code file}. */
  public static EventReader open(Path file) throws IOException {
    return new EventReader(file);
  }

  /**
   * The next event, the header line first (its kind is empty); empty at the end, before which a
   * line without its line feed is being written.
   *
   * @throws MalformedException if a line is too long or no canonical JSON object
   */
  public Optional<Event> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return Optional.of(event(line.toByteArray()));
      }
      line.write(b);
      if (line.size() >= EventWriter.MAX_LINE) {
        throw new MalformedException(
            file + ": line " + (lines + 1) + " is longer than " + EventWriter.MAX_LINE + " bytes");
      }
    }
    return Optional.empty();
  }

  private Event event(byte[] line) {
    if (!(Json.decode(line) instanceof Map<?, ?> object)) {
      throw new MalformedException(file + ": line " + (lines + 1) + " is no object");
    }
    head = EventWriter.chained(head, line);
    lines++;
    Map<String, Object> members = new LinkedHashMap<>();
    object.forEach((key, value) -> members.put((String) key, value));
    Object kind = members.remove("event");
    return new Event(kind instanceof String text ? text : "", members);
  }

  /** How many lines were read. */
  public long lines() {
    return lines;
  }

  /** The chain over them, hex. */
  public String head() {
    return HexFormat.of().formatHex(head);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
