package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A warning or a word by the way; may come at any time.
 *
 * @param report its fields
 */
public record NoticeResponse(Report report) implements BackendMessage {

  static final char TYPE = 'N';

  static NoticeResponse decode(MessageReader in) {
    return new NoticeResponse(Report.decode(in));
  }

  @Override
  public void encode(ByteBuf out) {
    report.encode(out, TYPE);
  }
}
