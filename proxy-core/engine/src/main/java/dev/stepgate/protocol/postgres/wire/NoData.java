package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** What was described returns no rows. */
public record NoData() implements BackendMessage {

  static final char TYPE = 'n';

  static NoData decode(MessageReader in) {
    in.end();
    return new NoData();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
