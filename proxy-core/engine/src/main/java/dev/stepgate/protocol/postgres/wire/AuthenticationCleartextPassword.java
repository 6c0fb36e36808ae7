package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for the password as it is. */
public record AuthenticationCleartextPassword() implements Authentication {

  static final int CODE = 3;

  static AuthenticationCleartextPassword decode(MessageReader in) {
    in.end();
    return new AuthenticationCleartextPassword();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.end(out, Authentication.begin(out, CODE));
  }
}
