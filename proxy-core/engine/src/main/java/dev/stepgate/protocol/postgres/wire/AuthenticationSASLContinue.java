package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Continues a SASL exchange. */
public final class AuthenticationSASLContinue implements Authentication {

  static final int CODE = 11;

  private final byte[] data;

  /** The mechanism's message, copied. */
  public AuthenticationSASLContinue(byte[] data) {
    this.data = data.clone();
  }

  static AuthenticationSASLContinue decode(MessageReader in) {
    return new AuthenticationSASLContinue(in.bytes(in.left(), "data"));
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
    return other instanceof AuthenticationSASLContinue that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "AuthenticationSASLContinue[" + data.length + " bytes]";
  }
}
