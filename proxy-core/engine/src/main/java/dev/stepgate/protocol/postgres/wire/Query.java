package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A simple query: one string of any number of statements.
 *
 * @param sql the string
 */
public record Query(WireText sql) implements FrontendMessage {

  static final char TYPE = 'Q';

  static Query decode(MessageReader in) {
    WireText sql = in.text("query");
    in.end();
    return new Query(sql);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    sql.write(out);
    Frame.end(out, start);
  }
}
