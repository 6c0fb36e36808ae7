package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Ends a run of extended-query messages: the server answers ReadyForQuery, after an error too. */
public record Sync() implements FrontendMessage {

  static final char TYPE = 'S';

  static Sync decode(MessageReader in) {
    in.end();
    return new Sync();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
