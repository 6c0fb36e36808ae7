package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks the server to send what it holds back. */
public record Flush() implements FrontendMessage {

  static final char TYPE = 'H';

  static Flush decode(MessageReader in) {
    in.end();
    return new Flush();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
