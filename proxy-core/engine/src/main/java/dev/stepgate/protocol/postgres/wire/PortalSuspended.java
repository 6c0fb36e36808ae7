package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** An Execute reached its row limit; the portal has more. */
public record PortalSuspended() implements BackendMessage {

  static final char TYPE = 's';

  static PortalSuspended decode(MessageReader in) {
    in.end();
    return new PortalSuspended();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.empty(out, TYPE);
  }
}
