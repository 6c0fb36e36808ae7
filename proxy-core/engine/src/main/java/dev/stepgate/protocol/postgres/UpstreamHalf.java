package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;

/** The server's channel while a client has it. */
final class UpstreamHalf extends Half {

  private final Relay relay;
  private final Backend backend;

  UpstreamHalf(Relay relay, Backend backend, Memory.Share memory) {
    super(relay, memory, false);
    this.relay = relay;
    this.backend = backend;
  }

  @Override
  void take(ByteBuf in) {
    if (!relay.open()) {
      in.release();
      return;
    }
    int at;
    try {
      at = backend.take(in);
    } catch (RuntimeException e) {
      in.release();
      broken(e);
      return;
    }
    forward(in, at);
    account(true);
  }

  @Override
  int released() {
    return backend.released();
  }

  @Override
  void pass(ByteBuf bytes) {
    relay.toClient(bytes);
  }

  @Override
  void gone() {
    relay.upstreamGone();
  }
}
