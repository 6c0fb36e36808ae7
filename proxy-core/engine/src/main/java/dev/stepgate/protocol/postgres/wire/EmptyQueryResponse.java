package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The query string held no statement; stands in place of CommandComplete. */
public record EmptyQueryResponse() implements BackendMessage {

  static final char TYPE = 'I';

  static EmptyQueryResponse decode(MessageReader in) {
    in.end();
    return new EmptyQueryResponse();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
