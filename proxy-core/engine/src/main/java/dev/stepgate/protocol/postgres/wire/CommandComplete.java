package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A command ended well.
 *
 * @param tag {@code SELECT 3}, {@code INSERT 0 1}, …
 */
public record CommandComplete(WireText tag) implements BackendMessage {

  static final char TYPE = 'C';

  static CommandComplete decode(MessageReader in) {
    WireText tag = in.text("tag");
    in.end();
    return new CommandComplete(tag);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    tag.write(out);
    Frame.end(out, start);
  }
}
