package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** A Close succeeded. */
public record CloseComplete() implements BackendMessage {

  static final char TYPE = '3';

  static CloseComplete decode(MessageReader in) {
    in.end();
    return new CloseComplete();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
