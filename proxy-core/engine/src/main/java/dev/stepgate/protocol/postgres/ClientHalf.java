package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;

/** The client's channel once its session is open. */
final class ClientHalf extends Half {

  private final Relay relay;
  private final Frontend frontend;
  private boolean taking;

  ClientHalf(Relay relay, Frontend frontend, Memory.Share memory) {
    super(relay, memory, true);
    this.relay = relay;
    this.frontend = frontend;
  }

  /**
   * What waits for its rest, and what waits for the server to take it, are held in memory; the
   * latter is at most a little more than the former was.
   */
  void holding() {
    account(waits() || relay.upstreamTakes());
  }

  /** Goes on with what had to wait. */
  void resume() {
    if (waits() && !taking) {
      take(waiting());
    }
  }

  @Override
  void take(ByteBuf in) {
    if (!relay.open() || relay.leaving()) {
      in.release();
      return;
    }
    taking = true;
    int at = in.readerIndex();
    RuntimeException broken = null;
    try {
      at = frontend.take(in);
    } catch (RuntimeException e) {
      broken = e;
    } finally {
      taking = false;
    }
    if (broken != null) {
      in.release();
      broken(broken);
      return;
    }
    forward(in, at);
    holding();
    if (relay.leaving()) {
      relay.leave();
    }
  }

  @Override
  int released() {
    return frontend.released();
  }

  @Override
  void pass(ByteBuf bytes) {
    relay.toUpstream(bytes);
  }

  @Override
  void gone() {
    relay.clientGone();
  }
}
