package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The envelope of a message: a type byte (not at start-up), then an Int32 length with itself. */
final class Frame {

  /** Type byte and length word. */
  static final int HEADER_BYTES = 5;

  /** The length word, which counts itself. */
  static final int LENGTH_BYTES = 4;

  /** The most things that a 16-bit count can tell of. */
  private static final int MAX_COUNT = 0xffff;

  private Frame() {}

  /**
   * Lets {@code count} pass if a 16-bit count can hold it.
   *
   * @throws IllegalArgumentException if it cannot: written, it would announce fewer than follow
   */
  static int count16(int count) {
    if (count > MAX_COUNT) {
      throw new IllegalArgumentException(count + " things in a list of at most " + MAX_COUNT);
    }
    return count;
  }

  /** Begins a message; its result goes to {@link #end}. */
  static int begin(ByteBuf out, char type) {
    out.writeByte(type);
    return beginUntyped(out);
  }

  /** Begins a message of the start-up phase. */
  static int beginUntyped(ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0);
    return start;
  }

  /** Ends it: now its length is known. */
  static void end(ByteBuf out, int start) {
    out.setInt(start, out.writerIndex() - start);
  }

  /** A message that is only its type. */
  static void empty(ByteBuf out, char type) {
    out.writeByte(type);
    out.writeInt(LENGTH_BYTES);
  }

  /** A 16-bit count and 32-bit numbers. */
  static void numbers(ByteBuf out, int[] numbers) {
    out.writeShort(count16(numbers.length));
    for (int number : numbers) {
      out.writeInt(number);
    }
  }
}
