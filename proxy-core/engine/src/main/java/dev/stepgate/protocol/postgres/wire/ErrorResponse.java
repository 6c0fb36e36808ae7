package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A command or the session failed.
 *
 * @param report its fields
 */
public record ErrorResponse(Report report) implements BackendMessage {

  static final char TYPE = 'E';

  static ErrorResponse decode(MessageReader in) {
    return new ErrorResponse(Report.decode(in));
  }

  @Override
  public void encode(ByteBuf out) {
    report.encode(out, TYPE);
  }
}
