package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for TLS; answered by one byte, {@code S} or {@code N}. */
public record SSLRequest() implements StartupRequest {

  /** 1234 in the upper half, 5679 in the lower. */
  static final int CODE = 80877103;

  @Override
  public void encode(ByteBuf out) {
    out.writeInt(2 * Integer.BYTES).writeInt(CODE);
  }
}
