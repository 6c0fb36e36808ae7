package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for SSPI. */
public record AuthenticationSSPI() implements Authentication {

  static final int CODE = 9;

  static AuthenticationSSPI decode(MessageReader in) {
    in.end();
    return new AuthenticationSSPI();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.end(out, Authentication.begin(out, CODE));
  }
}
