package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Asks to cancel what another connection is doing; never answered.
 *
 * @param processId the process that BackendKeyData named
 * @param key the secret that BackendKeyData gave
 */
public record CancelRequest(int processId, CancelKey key) implements StartupRequest {

  /** 1234 in the upper half, 5678 in the lower. */
  static final int CODE = 80877102;

  static CancelRequest decode(MessageReader in) {
    int processId = in.int32("process id");
    CancelKey key = CancelKey.read(in);
    in.end();
    return new CancelRequest(processId, key);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.beginUntyped(out);
    out.writeInt(CODE).writeInt(processId);
    key.write(out);
    Frame.end(out, start);
  }
}
