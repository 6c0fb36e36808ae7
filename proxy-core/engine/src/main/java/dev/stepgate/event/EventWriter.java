package dev.stepgate.event;

import dev.stepgate.audit.leaf.Fields;
import dev.stepgate.audit.leaf.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes events into files, line by line, and knows the chain over them. One thread. */
final class EventWriter {

  /** A file that has so many bytes takes no more. */
  static final long MAX_FILE_BYTES = 4L << 20;

  /** The longest line, in bytes, its line feed included. */
  static final int MAX_LINE = 64 << 10;

  private final EventFiles files;
  private final String gateway;
  private FileChannel channel;
  private int number;
  private long bytes;
  private long lines;
  private long anchored;
  private byte[] head = new byte[32];

  EventWriter(EventFiles files, String gateway) {
    this.files = files;
    this.gateway = gateway;
  }

  /** Whether the file takes no more: it is to be anchored and closed. */
  boolean full() {
    return channel != null && bytes >= MAX_FILE_BYTES;
  }

  void write(Event event, Instant at) throws IOException {
    write(line(event, at), at);
  }

  void write(byte[] line, Instant at) throws IOException {
    if (channel == null) {
      begin(at);
    }
    append(line);
  }

  /** An event's line, without its line feed. */
  static byte[] line(Event event, Instant at) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event.kind());
    line.put("at", Fields.time(at));
    line.putAll(event.members());
    byte[] text = Json.encode(line);
    if (text.length >= MAX_LINE) {
      Map<String, Object> shorter = new LinkedHashMap<>();
      shorter.put("event", event.kind());
      shorter.put("at", Fields.time(at));
      event
          .members()
          .forEach(
              (key, value) -> {
                if (value instanceof String || value instanceof Long) {
                  shorter.put(key, value);
                }
              });
      shorter.put("cut", (long) text.length);
      text = Json.encode(shorter);
    }
    return text;
  }

  private void begin(Instant at) throws IOException {
    number = files.next(number + 1);
    channel =
        FileChannel.open(
            files.file(number),
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    bytes = 0;
    lines = 0;
    anchored = 0;
    head = new byte[32];
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("stepgate-events", 1L);
    header.put("gateway", gateway);
    header.put("file", (long) number);
    header.put("opened", Fields.time(at));
    append(Json.encode(header));
  }

  private void append(byte[] text) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').flip();
    while (line.hasRemaining()) {
      channel.write(line);
    }
    bytes += text.length + 1;
    lines++;
    head = chained(head, text);
  }

  /** The chain after one more line. */
  static byte[] chained(byte[] head, byte[] line) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(head);
      return digest.digest(line);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Brings what there is to the disk and commits to it, unless that was done already. */
  void anchor(EventAnchor anchor) throws IOException {
    if (channel != null && lines > anchored) {
      channel.force(false);
      anchor.reached(number, lines, HexFormat.of().formatHex(head));
      anchored = lines;
    }
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
