package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;

/**
 * Reads the fields of one message's body, and nothing behind it. Each method checks that the bytes
 * are there before it takes memory for them; that is the only place where such checks are made, and
 * a test removes them one by one to see the fuzz find it.
 *
 * <p>One reader serves one decoder on one thread; {@link #over} points it at the next body.
 */
class MessageReader {

  /** The length of a null value on the wire. */
  static final int NULL = -1;

  private ByteBuf in;
  private String message;

  /** Points the reader at {@code body}, which holds one message's fields and no more. */
  final MessageReader over(ByteBuf body, String name) {
    in = body;
    message = name;
    return this;
  }

  /** Bytes not read yet. */
  final int left() {
    return in.readableBytes();
  }

  final String message() {
    return message;
  }

  final int int8(String field) {
    need(1, field);
    return in.readByte();
  }

  /** A 16-bit number read without sign, as the server reads counts and format codes. */
  final int int16(String field) {
    need(Short.BYTES, field);
    return in.readUnsignedShort();
  }

  final int int32(String field) {
    need(Integer.BYTES, field);
    return in.readInt();
  }

  /** The bytes up to the next zero byte. */
  final WireText text(String field) {
    int length = in.bytesBefore((byte) 0);
    terminated(length, field);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    in.skipBytes(1);
    return WireText.ofBytes(bytes);
  }

  /** Text that must be UTF-8. */
  final String utf8(String field) {
    String text = text(field).utf8();
    if (text == null) {
      throw WireException.because(Fault.ENCODING, message, field + " is not UTF-8");
    }
    return text;
  }

  /** An unsigned 16-bit count of things of which each takes at least {@code bytesEach} bytes. */
  final int count16(String field, int bytesEach) {
    return fits(int16(field), bytesEach, field);
  }

  /** A 32-bit count of things of which each takes at least {@code bytesEach} bytes. */
  final int count32(String field, int bytesEach) {
    return fits(int32(field), bytesEach, field);
  }

  /** A format code: 0 is text, 1 is binary, nothing else is defined. */
  final int format(String field) {
    int code = int16(field);
    if (code > 1) {
      throw WireException.undefined(Fault.VALUE, message, field, code);
    }
    return code;
  }

  /** A list of format codes behind its count. */
  final Formats formats(String field) {
    int count = count16(field, Short.BYTES);
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) format(field);
    }
    return Formats.ofCodes(codes);
  }

  /** A list of 32-bit numbers behind its 16-bit count. */
  final int[] numbers(String field) {
    int[] numbers = new int[count16(field, Integer.BYTES)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = int32(field);
    }
    return numbers;
  }

  /** A 32-bit length, {@link #NULL} included, of a value that must lie in the body. */
  final int valueLength(String field) {
    int length = int32(field);
    if (length == NULL) {
      return NULL;
    }
    return fits(length, 1, field);
  }

  /** {@code count} values, each behind its length; views of the body, not copies. */
  final Values values(int count, String field) {
    int[] places = new int[2 * count];
    int start = in.readerIndex();
    for (int i = 0; i < count; i++) {
      int length = valueLength(field);
      places[2 * i] = in.readerIndex() - start;
      places[2 * i + 1] = length;
      if (length > 0) {
        in.skipBytes(length);
      }
    }
    return new Values(in.slice(start, in.readerIndex() - start), places);
  }

  /** A view of the next {@code length} bytes. */
  final ByteBuf slice(int length, String field) {
    need(length, field);
    return in.readSlice(length);
  }

  /** A copy of the next {@code length} bytes. */
  final byte[] bytes(int length, String field) {
    need(length, field);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  /**
   * Refuses a length word that leaves less than {@code least} or more than {@code most} bytes for
   * what follows it.
   */
  void frame(String name, int length, int least, int most) {
    if (length < Frame.LENGTH_BYTES + least) {
      throw WireException.beyond(Fault.LENGTH, name, "length", length, Frame.LENGTH_BYTES + least);
    }
    if (length - Frame.LENGTH_BYTES > most) {
      throw WireException.beyond(
          Fault.LIMIT, name, "body length", length - Frame.LENGTH_BYTES, most);
    }
  }

  /** Refuses a string that does not end in the body; {@code length} is then negative. */
  void terminated(int length, String field) {
    if (length < 0) {
      throw WireException.because(Fault.TERMINATOR, message, field + " has no terminating zero");
    }
  }

  /** Refuses what is left over. */
  void end() {
    if (in.isReadable()) {
      throw WireException.beyond(
          Fault.TRAILING, message, "bytes behind the last field", in.readableBytes(), 0);
    }
  }

  /** Refuses unless {@code bytes} are left. */
  void need(int bytes, String field) {
    if (in.readableBytes() < bytes) {
      throw WireException.beyond(
          Fault.COUNT, message, "bytes left for " + field, in.readableBytes(), bytes);
    }
  }

  /** Refuses a count that is negative or larger than the bytes left allow. */
  int fits(int count, int bytesEach, String field) {
    if (count < 0) {
      throw WireException.beyond(Fault.COUNT, message, field, count, 0);
    }
    if (count > in.readableBytes() / bytesEach) {
      throw WireException.beyond(
          Fault.COUNT, message, field, count, in.readableBytes() / bytesEach);
    }
    return count;
  }
}
