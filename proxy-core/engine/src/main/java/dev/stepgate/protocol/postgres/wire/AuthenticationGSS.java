package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for GSSAPI. */
public record AuthenticationGSS() implements Authentication {

  static final int CODE = 7;

  static AuthenticationGSS decode(MessageReader in) {
    in.end();
    return new AuthenticationGSS();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.end(out, Authentication.begin(out, CODE));
  }
}
