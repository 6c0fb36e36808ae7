package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The client is authenticated. */
public record AuthenticationOk() implements Authentication {

  static final int CODE = 0;

  static AuthenticationOk decode(MessageReader in) {
    in.end();
    return new AuthenticationOk();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.end(out, Authentication.begin(out, CODE));
  }
}
