package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The types of a described statement's parameters. */
public final class ParameterDescription implements BackendMessage {

  static final char TYPE = 't';

  private final int[] types;

  /** Type OIDs, copied. */
  public ParameterDescription(int... types) {
    this.types = types.clone();
  }

  static ParameterDescription decode(MessageReader in) {
    int[] types = in.numbers("number of parameters");
    in.end();
    return new ParameterDescription(types);
  }

  /** A copy of the type OIDs. */
  public int[] types() {
    return types.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    Frame.numbers(out, types);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterDescription that && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(types);
  }

  @Override
  public String toString() {
    return "ParameterDescription" + Arrays.toString(types);
  }
}
