package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** A Parse succeeded. */
public record ParseComplete() implements BackendMessage {

  static final char TYPE = '1';

  static ParseComplete decode(MessageReader in) {
    in.end();
    return new ParseComplete();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
