package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * The client gives up its COPY.
 *
 * @param reason what the server puts into its error
 */
public record CopyFail(WireText reason) implements FrontendMessage {

  static final char TYPE = 'f';

  static CopyFail decode(MessageReader in) {
    WireText reason = in.text("reason");
    in.end();
    return new CopyFail(reason);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    reason.write(out);
    Frame.end(out, start);
  }
}
