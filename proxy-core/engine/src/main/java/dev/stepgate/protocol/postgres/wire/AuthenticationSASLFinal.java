package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Ends a SASL exchange, on the server's side with success. */
public final class AuthenticationSASLFinal implements Authentication {

  static final int CODE = 12;

  private final byte[] data;

  /** The mechanism's message, copied. */
  public AuthenticationSASLFinal(byte[] data) {
    this.data = data.clone();
  }

  static AuthenticationSASLFinal decode(MessageReader in) {
    return new AuthenticationSASLFinal(in.bytes(in.left(), "data"));
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
    return other instanceof AuthenticationSASLFinal that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "AuthenticationSASLFinal[" + data.length + " bytes]";
  }
}
