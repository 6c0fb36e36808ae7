package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** What Describe and Close speak of. */
public enum Target {
  /** A prepared statement. */
  STATEMENT('S'),
  /** A portal. */
  PORTAL('P');

  private final char code;

  Target(char code) {
    this.code = code;
  }

  static Target decode(MessageReader in) {
    int code = in.int8("target");
    if (code == STATEMENT.code) {
      return STATEMENT;
    }
    if (code == PORTAL.code) {
      return PORTAL;
    }
    throw WireException.undefined(WireException.Fault.VALUE, in.message(), "target", code);
  }

  void write(ByteBuf out) {
    out.writeByte(code);
  }
}
