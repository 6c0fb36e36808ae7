package dev.stepgate.protocol.postgres.wire;

import java.util.List;
import java.util.SplittableRandom;

/**
 * An endless, seeded stream of inputs: valid messages, messages with a few things changed, and
 * noise. The same seed gives the same stream.
 */
final class FuzzInputs {

  /** Where a message's length word stands. */
  enum Shape {
    /** Behind a type byte. */
    TYPED(1),
    /** At the start: the start-up phase. */
    UNTYPED(0),
    /** Nowhere: text. */
    BARE(-1);

    private final int lengthAt;

    Shape(int lengthAt) {
      this.lengthAt = lengthAt;
    }

    /** The length word's place, negative for nowhere. */
    int lengthAt() {
      return lengthAt;
    }
  }

  private static final int MAX_BYTES = 512;
  private static final int MAX_NOISE = 64;
  private static final int MAX_CHANGES = 4;
  private static final int[] INTERESTING = {
    -1,
    0,
    1,
    2,
    -2,
    4,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private final SplittableRandom random;
  private final List<byte[]> corpus;
  private final Shape shape;
  private final byte[] buffer = new byte[MAX_BYTES];
  private int length;

  FuzzInputs(long seed, List<byte[]> corpus, Shape shape) {
    this.random = new SplittableRandom(seed);
    this.corpus = corpus;
    this.shape = shape;
  }

  /** Makes the next input; it stands in {@link #buffer} up to {@link #length}. */
  void next() {
    if (random.nextInt(10) == 0) {
      noise();
    } else {
      byte[] message = corpus.get(random.nextInt(corpus.size()));
      length = message.length;
      System.arraycopy(message, 0, buffer, 0, length);
    }
    for (int changes = random.nextInt(MAX_CHANGES + 1); changes > 0; changes--) {
      change();
    }
    if (random.nextInt(4) != 0) {
      repairLength();
    }
  }

  byte[] buffer() {
    return buffer;
  }

  int length() {
    return length;
  }

  private void noise() {
    length = random.nextInt(MAX_NOISE);
    for (int i = 0; i < length; i++) {
      buffer[i] = (byte) random.nextInt();
    }
    if (length > 0 && random.nextBoolean()) {
      buffer[0] = corpus.get(random.nextInt(corpus.size()))[0];
    }
  }

  private void change() {
    int at = length == 0 ? 0 : random.nextInt(length);
    switch (random.nextInt(8)) {
      case 0 -> buffer[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> buffer[at] = (byte) random.nextInt();
      case 2 -> putNumber(at, 2);
      case 3 -> putNumber(at, 4);
      case 4 -> delete(at, 1 + random.nextInt(8));
      case 5 -> insert(at, 1 + random.nextInt(8));
      case 6 -> length = at;
      default -> append(corpus.get(random.nextInt(corpus.size())));
    }
  }

  private void putNumber(int at, int bytes) {
    int number =
        random.nextInt(3) == 0
            ? length - at + random.nextInt(9) - 8
            : INTERESTING[random.nextInt(INTERESTING.length)];
    for (int i = 0; i < bytes && at + i < length; i++) {
      buffer[at + i] = (byte) (number >>> (8 * (bytes - 1 - i)));
    }
  }

  private void delete(int at, int bytes) {
    int gone = Math.min(bytes, length - at);
    System.arraycopy(buffer, at + gone, buffer, at, length - at - gone);
    length -= gone;
  }

  private void insert(int at, int bytes) {
    int more = Math.min(bytes, MAX_BYTES - length);
    System.arraycopy(buffer, at, buffer, at + more, length - at);
    length += more;
    for (int i = 0; i < more; i++) {
      buffer[at + i] = random.nextBoolean() ? 0 : (byte) random.nextInt();
    }
  }

  private void append(byte[] message) {
    int more = Math.min(message.length, MAX_BYTES - length);
    System.arraycopy(message, 0, buffer, length, more);
    length += more;
  }

  private void repairLength() {
    if (shape.lengthAt >= 0 && length >= shape.lengthAt + 4) {
      int value = length - shape.lengthAt;
      for (int i = 0; i < 4; i++) {
        buffer[shape.lengthAt + i] = (byte) (value >>> (8 * (3 - i)));
      }
    }
  }
}
