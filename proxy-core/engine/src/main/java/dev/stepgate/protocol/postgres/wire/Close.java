package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Closes a prepared statement or a portal.
 *
 * @param target which of the two
 * @param name its name; empty is the unnamed one
 */
public record Close(Target target, WireText name) implements FrontendMessage {

  static final char TYPE = 'C';

  static Close decode(MessageReader in) {
    Target target = Target.decode(in);
    WireText name = in.text("name");
    in.end();
    return new Close(target, name);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    target.write(out);
    name.write(out);
    Frame.end(out, start);
  }
}
