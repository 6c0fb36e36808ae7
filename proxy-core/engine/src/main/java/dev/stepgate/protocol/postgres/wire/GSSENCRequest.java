package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for GSSAPI encryption; answered by one byte, {@code G} or {@code N}. */
public record GSSENCRequest() implements StartupRequest {

  /** 1234 in the upper half, 5680 in the lower. */
  static final int CODE = 80877104;

  @Override
  public void encode(ByteBuf out) {
    out.writeInt(2 * Integer.BYTES).writeInt(CODE);
  }
}
