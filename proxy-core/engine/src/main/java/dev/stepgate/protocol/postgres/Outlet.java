package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;

/** Which bytes of the read at hand are still to be written to the client. */
final class Outlet {

  private final Relay relay;
  private int released;
  private boolean within;

  Outlet(Relay relay) {
    this.relay = relay;
  }

  /** A read begins at {@code at}. */
  void begin(int at) {
    released = at;
  }

  /** From where on bytes are still to be written. */
  int released() {
    return released;
  }

  /** Leaves {@code [at, next)} out; what lies before goes out first. Both are ends of messages. */
  void leaveOut(ByteBuf in, int at, int next) {
    if (at > released) {
      relay.toClient(in.retainedSlice(released, at - released));
    }
    released = next;
    within = false;
  }

  /** All that was taken goes out; {@code cut} says whether that ends within a message. */
  void end(boolean cut) {
    within = cut;
  }

  /** Whether the client has been sent a part of a message and waits for the rest. */
  boolean withinMessage() {
    return within;
  }
}
