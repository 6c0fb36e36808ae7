package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A NOTIFY that the session listens to; may come at any time.
 *
 * @param processId the notifying server process
 * @param channel the channel's name
 * @param payload may be empty
 */
public record NotificationResponse(int processId, WireText channel, WireText payload)
    implements BackendMessage {

  static final char TYPE = 'A';

  static NotificationResponse decode(MessageReader in) {
    int processId = in.int32("process id");
    WireText channel = in.text("channel");
    WireText payload = in.text("payload");
    in.end();
    return new NotificationResponse(processId, channel, payload);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeInt(processId);
    channel.write(out);
    payload.write(out);
    Frame.end(out, start);
  }
}
