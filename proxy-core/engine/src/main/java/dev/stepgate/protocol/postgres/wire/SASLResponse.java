package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Continues a SASL exchange. */
public final class SASLResponse implements FrontendMessage {

  private final byte[] data;

  /** The mechanism's message, copied. */
  public SASLResponse(byte[] data) {
    this.data = data.clone();
  }

  static SASLResponse decode(MessageReader in) {
    return new SASLResponse(in.bytes(in.left(), "response"));
  }

  /** A copy of the mechanism's message. */
  public byte[] data() {
    return data.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, AuthenticationResponses.TYPE);
    out.writeBytes(data);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SASLResponse that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "SASLResponse[…]";
  }
}
