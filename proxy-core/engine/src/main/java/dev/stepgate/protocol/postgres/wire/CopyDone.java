package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The COPY's data is complete. Either side may send it. */
public record CopyDone() implements FrontendMessage, BackendMessage {

  static final char TYPE = 'c';

  static CopyDone decode(MessageReader in) {
    in.end();
    return new CopyDone();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
