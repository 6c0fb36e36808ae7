package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * What a FunctionCall returned.
 *
 * @param result the value, or null; a decoded one is a view of the buffer that was decoded
 */
public record FunctionCallResponse(ByteBuf result) implements BackendMessage {

  static final char TYPE = 'V';

  static FunctionCallResponse decode(MessageReader in) {
    int length = in.valueLength("result length");
    ByteBuf result = length == MessageReader.NULL ? null : in.slice(length, "result");
    in.end();
    return new FunctionCallResponse(result);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    if (result == null) {
      out.writeInt(MessageReader.NULL);
    } else {
      out.writeInt(result.readableBytes());
      out.writeBytes(result, result.readerIndex(), result.readableBytes());
    }
    Frame.end(out, start);
  }
}
