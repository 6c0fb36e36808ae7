package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A setting's value, at start and whenever it changes.
 *
 * @param name the setting
 * @param value its value
 */
public record ParameterStatus(WireText name, WireText value) implements BackendMessage {

  static final char TYPE = 'S';

  static ParameterStatus decode(MessageReader in) {
    WireText name = in.text("name");
    WireText value = in.text("value");
    in.end();
    return new ParameterStatus(name, value);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    name.write(out);
    value.write(out);
    Frame.end(out, start);
  }
}
