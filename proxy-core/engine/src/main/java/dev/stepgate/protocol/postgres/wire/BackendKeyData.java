package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * What a client needs to cancel.
 *
 * @param processId the server process, or whatever stands for it
 * @param key the secret
 */
public record BackendKeyData(int processId, CancelKey key) implements BackendMessage {

  static final char TYPE = 'K';

  static BackendKeyData decode(MessageReader in) {
    int processId = in.int32("process id");
    CancelKey key = CancelKey.read(in);
    in.end();
    return new BackendKeyData(processId, key);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeInt(processId);
    key.write(out);
    Frame.end(out, start);
  }
}
