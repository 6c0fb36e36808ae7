package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A row.
 *
 * @param columns the values; decoded ones are views of the buffer that was decoded
 */
public record DataRow(Values columns) implements BackendMessage {

  static final char TYPE = 'D';

  static DataRow decode(MessageReader in) {
    int count = in.count16("number of columns", Integer.BYTES);
    Values columns = in.values(count, "column length");
    in.end();
    return new DataRow(columns);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeShort(columns.count());
    columns.write(out);
    Frame.end(out, start);
  }
}
