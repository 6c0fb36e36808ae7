package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * The server is ready for the client's COPY data.
 *
 * @param format how the data is encoded
 */
public record CopyInResponse(CopyFormat format) implements BackendMessage {

  static final char TYPE = 'G';

  static CopyInResponse decode(MessageReader in) {
    return new CopyInResponse(CopyFormat.decode(in));
  }

  @Override
  public void encode(ByteBuf out) {
    format.encode(out, TYPE);
  }
}
