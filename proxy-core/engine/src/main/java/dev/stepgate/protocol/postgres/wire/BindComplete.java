package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** A Bind succeeded. */
public record BindComplete() implements BackendMessage {

  static final char TYPE = '2';

  static BindComplete decode(MessageReader in) {
    in.end();
    return new BindComplete();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
