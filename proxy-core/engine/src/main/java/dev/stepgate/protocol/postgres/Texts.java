package dev.stepgate.protocol.postgres;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Parse messages of statements that people will be asked about when they are run, by the
 * Parse's number. Bounded: the oldest are forgotten, and what they prepared is then refused where
 * it would be asked.
 */
final class Texts {

  /** How many bytes are kept in all. */
  static final int MAX_BYTES = 1 << 20;

  private static final byte[] NONE = {};

  private final Map<Long, byte[]> messages = new LinkedHashMap<>();
  private int bytes;

  /** Keeps a Parse. */
  void keep(long operation, byte[] message) {
    if (message.length > MAX_BYTES) {
      return;
    }
    Iterator<byte[]> oldest = messages.values().iterator();
    while (bytes + message.length > MAX_BYTES) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
    bytes += message.length;
    messages.put(operation, message);
  }

  /** The Parse of that number, or nothing. */
  byte[] of(long operation) {
    return messages.getOrDefault(operation, NONE);
  }
}
