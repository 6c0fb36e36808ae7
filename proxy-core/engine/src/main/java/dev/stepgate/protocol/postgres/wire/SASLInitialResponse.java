package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Chooses a SASL mechanism and begins with it. */
public final class SASLInitialResponse implements FrontendMessage {

  private final String mechanism;
  private final byte[] data;

  /**
   * A first response.
   *
   * @param mechanism one of those that AuthenticationSASL offered
   * @param data the mechanism's first message, copied; null if it has none
   */
  public SASLInitialResponse(String mechanism, byte[] data) {
    WireText.utf8(mechanism);
    this.mechanism = mechanism;
    this.data = data == null ? null : data.clone();
  }

  static SASLInitialResponse decode(MessageReader in) {
    String mechanism = in.utf8("mechanism");
    int length = in.valueLength("response length");
    byte[] data = length == MessageReader.NULL ? null : in.bytes(length, "response");
    in.end();
    return new SASLInitialResponse(mechanism, data);
  }

  /** The mechanism's name. */
  public String mechanism() {
    return mechanism;
  }

  /** A copy of the mechanism's first message, or null if there is none. */
  public byte[] data() {
    return data == null ? null : data.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, AuthenticationResponses.TYPE);
    WireText.of(mechanism).write(out);
    out.writeInt(data == null ? MessageReader.NULL : data.length);
    if (data != null) {
      out.writeBytes(data);
    }
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SASLInitialResponse that
        && mechanism.equals(that.mechanism)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * mechanism.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "SASLInitialResponse[" + mechanism + ", …]";
  }
}
