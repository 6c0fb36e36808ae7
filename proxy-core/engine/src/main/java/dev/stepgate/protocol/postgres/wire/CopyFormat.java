package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * What the three Copy…Response messages carry.
 *
 * @param binary whether the whole COPY is binary
 * @param columns one code a column
 */
public record CopyFormat(boolean binary, Formats columns) {

  static CopyFormat decode(MessageReader in) {
    int overall = in.int8("format");
    if (overall != 0 && overall != 1) {
      throw WireException.undefined(WireException.Fault.VALUE, in.message(), "format", overall);
    }
    Formats columns = in.formats("column format code");
    in.end();
    return new CopyFormat(overall == 1, columns);
  }

  void encode(ByteBuf out, char type) {
    int start = Frame.begin(out, type);
    out.writeByte(binary ? 1 : 0);
    columns.write(out);
    Frame.end(out, start);
  }
}
