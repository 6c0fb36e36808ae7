package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Ends the session. */
public record Terminate() implements FrontendMessage {

  static final char TYPE = 'X';

  static Terminate decode(MessageReader in) {
    in.end();
    return new Terminate();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
