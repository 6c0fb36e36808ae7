package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * The server will send COPY data.
 *
 * @param format how the data is encoded
 */
public record CopyOutResponse(CopyFormat format) implements BackendMessage {

  static final char TYPE = 'H';

  static CopyOutResponse decode(MessageReader in) {
    return new CopyOutResponse(CopyFormat.decode(in));
  }

  @Override
  public void encode(ByteBuf out) {
    format.encode(out, TYPE);
  }
}
