package dev.stepgate.protocol.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages as bytes, written by hand, so that nothing here depends on what is tested. */
final class Wire {

  private Wire() {}

  static byte[] message(char type, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    return ByteBuffer.allocate(5 + body.size())
        .put((byte) type)
        .putInt(4 + body.size())
        .put(body.toByteArray())
        .array();
  }

  static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] int16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  // What clients send.

  static byte[] query(String sql) {
    return message('Q', text(sql));
  }

  static byte[] parse(String name, String sql) {
    return message('P', text(name), text(sql), int16(0));
  }

  static byte[] bind(String portal, String statement) {
    return message('B', text(portal), text(statement), int16(0), int16(0), int16(0));
  }

  static byte[] execute(String portal, int rows) {
    return message('E', text(portal), int32(rows));
  }

  static byte[] describe(char what, String name) {
    return message('D', new byte[] {(byte) what}, text(name));
  }

  static byte[] closing(char what, String name) {
    return message('C', new byte[] {(byte) what}, text(name));
  }

  static byte[] sync() {
    return message('S');
  }

  static byte[] flush() {
    return message('H');
  }

  static byte[] terminate() {
    return message('X');
  }

  static byte[] call() {
    return message('F', int32(1299), int16(0), int16(0), int16(0));
  }

  static byte[] copyData(String data) {
    return message('d', data.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] copyDone() {
    return message('c');
  }

  static byte[] copyFail() {
    return message('f', text("no"));
  }

  // What servers send.

  static byte[] ready(char status) {
    return message('Z', new byte[] {(byte) status});
  }

  static byte[] complete(String tag) {
    return message('C', text(tag));
  }

  static byte[] error(String code) {
    return error("ERROR", code);
  }

  static byte[] error(String severity, String code) {
    return message('E', report(severity, code));
  }

  static byte[] notice() {
    return message('N', report("NOTICE", "00000"));
  }

  private static byte[] report(String severity, String code) {
    return join(
        text("S" + severity),
        text("V" + severity),
        text("C" + code),
        text("Mwhat happened"),
        new byte[1]);
  }

  static byte[] row(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return message('D', int16(1), int32(bytes.length), bytes);
  }

  static byte[] rowDescription() {
    return message(
        'T', int16(1), text("c"), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0));
  }

  static byte[] copyIn() {
    return message('G', new byte[1], int16(0));
  }

  static byte[] copyOut() {
    return message('H', new byte[1], int16(0));
  }

  /** The types of the whole messages, in order; a rest that is none shows as {@code ?}. */
  static String types(byte[] bytes) {
    StringBuilder types = new StringBuilder();
    for (byte[] message : split(bytes)) {
      types.append(whole(message) ? (char) message[0] : '?');
    }
    return types.toString();
  }

  private static boolean whole(byte[] message) {
    return message.length >= 5 && ByteBuffer.wrap(message).getInt(1) == message.length - 1;
  }

  /** The whole messages, and what is left behind them if anything is. */
  static List<byte[]> split(byte[] bytes) {
    List<byte[]> messages = new ArrayList<>();
    int at = 0;
    while (bytes.length - at >= 5) {
      int size = ByteBuffer.wrap(bytes).getInt(at + 1) + 1;
      if (size < 5 || size > bytes.length - at) {
        break;
      }
      messages.add(java.util.Arrays.copyOfRange(bytes, at, at + size));
      at += size;
    }
    if (at < bytes.length) {
      messages.add(java.util.Arrays.copyOfRange(bytes, at, bytes.length));
    }
    return messages;
  }
}
