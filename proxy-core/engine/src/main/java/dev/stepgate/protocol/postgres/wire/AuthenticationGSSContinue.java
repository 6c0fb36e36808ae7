package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Continues GSSAPI or SSPI. */
public final class AuthenticationGSSContinue implements Authentication {

  static final int CODE = 8;

  private final byte[] data;

  /** The mechanism's message, copied. */
  public AuthenticationGSSContinue(byte[] data) {
    this.data = data.clone();
  }

  static AuthenticationGSSContinue decode(MessageReader in) {
    return new AuthenticationGSSContinue(in.bytes(in.left(), "data"));
  }

  /** A copy of the mechanism's message. */
  public byte[] data() {
    return data.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Authentication.begin(out, CODE);
    out.writeBytes(data);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuthenticationGSSContinue that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "AuthenticationGSSContinue[" + data.length + " bytes]";
  }
}
