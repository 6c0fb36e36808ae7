package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Asks what a prepared statement takes and returns, or a portal returns.
 *
 * @param target which of the two
 * @param name its name; empty is the unnamed one
 */
public record Describe(Target target, WireText name) implements FrontendMessage {

  static final char TYPE = 'D';

  static Describe decode(MessageReader in) {
    Target target = Target.decode(in);
    WireText name = in.text("name");
    in.end();
    return new Describe(target, name);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    target.write(out);
    name.write(out);
    Frame.end(out, start);
  }
}
