package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;

/**
 * Calls a function by its OID, beside SQL.
 *
 * @param function the function's OID
 * @param argumentFormats none, one, or one an argument
 * @param arguments the values; decoded ones are views of the buffer that was decoded
 * @param binaryResult whether the result is wanted in binary
 */
public record FunctionCall(
    int function, Formats argumentFormats, Values arguments, boolean binaryResult)
    implements FrontendMessage {

  static final char TYPE = 'F';

  static FunctionCall decode(MessageReader in) {
    int function = in.int32("function OID");
    Formats formats = in.formats("argument format code");
    int count = in.count16("number of arguments", Integer.BYTES);
    if (!formats.fit(count)) {
      throw WireException.beyond(
          Fault.COUNT, "FunctionCall", "number of argument formats", formats.count(), count);
    }
    Values arguments = in.values(count, "argument length");
    boolean binaryResult = in.format("result format code") == 1;
    in.end();
    return new FunctionCall(function, formats, arguments, binaryResult);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeInt(function);
    argumentFormats.write(out);
    out.writeShort(arguments.count());
    arguments.write(out);
    out.writeShort(binaryResult ? 1 : 0);
    Frame.end(out, start);
  }
}
