package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Runs a portal.
 *
 * @param portal its name; empty is the unnamed portal
 * @param maxRows how many rows at most; 0 and below mean all, as the server has it
 */
public record Execute(WireText portal, int maxRows) implements FrontendMessage {

  static final char TYPE = 'E';

  static Execute decode(MessageReader in) {
    WireText portal = in.text("portal name");
    int maxRows = in.int32("row limit");
    in.end();
    return new Execute(portal, maxRows);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    portal.write(out);
    out.writeInt(maxRows);
    Frame.end(out, start);
  }
}
