package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The format codes of parameters or columns: none (all text), one (for all), or one each.
 * Immutable.
 */
public final class Formats {

  /** No codes: everything is text. */
  public static final Formats NONE = new Formats(new byte[0]);

  private final byte[] codes;

  private Formats(byte[] codes) {
    this.codes = codes;
  }

  /**
   * Codes in order, 0 for text and 1 for binary.
   *
   * @throws IllegalArgumentException for any other code
   */
  public static Formats of(int... codes) {
    byte[] kept = new byte[Frame.count16(codes.length)];
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != 0 && codes[i] != 1) {
        throw new IllegalArgumentException("a format code is 0 or 1, not " + codes[i]);
      }
      kept[i] = (byte) codes[i];
    }
    return ofCodes(kept);
  }

  static Formats ofCodes(byte[] codes) {
    return codes.length == 0 ? NONE : new Formats(codes);
  }

  /** How many codes were given; not how many values there are. */
  public int count() {
    return codes.length;
  }

  /** Whether value {@code index} is binary, by the rule of none, one or one each. */
  public boolean binary(int index) {
    if (codes.length == 1) {
      return codes[0] == 1;
    }
    return index < codes.length && codes[index] == 1;
  }

  /** Whether these codes make sense for {@code values} values. */
  boolean fit(int values) {
    return codes.length <= 1 || codes.length == values;
  }

  void write(ByteBuf out) {
    out.writeShort(codes.length);
    for (byte code : codes) {
      out.writeShort(code);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Formats that && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codes);
  }

  @Override
  public String toString() {
    return Arrays.toString(codes);
  }
}
