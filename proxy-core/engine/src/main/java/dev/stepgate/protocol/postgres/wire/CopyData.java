package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A piece of a COPY's data. Either side may send it; a client's pieces need not end where rows do.
 *
 * @param data the piece; decoded ones are views of the buffer that was decoded, not retained
 */
public record CopyData(ByteBuf data) implements FrontendMessage, BackendMessage {

  static final char TYPE = 'd';

  static CopyData decode(MessageReader in) {
    return new CopyData(in.slice(in.left(), "data"));
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeBytes(data, data.readerIndex(), data.readableBytes());
    Frame.end(out, start);
  }
}
