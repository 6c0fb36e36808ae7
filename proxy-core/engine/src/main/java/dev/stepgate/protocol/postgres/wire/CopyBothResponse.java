package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Data will flow both ways; replication only.
 *
 * @param format how the data is encoded
 */
public record CopyBothResponse(CopyFormat format) implements BackendMessage {

  static final char TYPE = 'W';

  static CopyBothResponse decode(MessageReader in) {
    return new CopyBothResponse(CopyFormat.decode(in));
  }

  @Override
  public void encode(ByteBuf out) {
    format.encode(out, TYPE);
  }
}
