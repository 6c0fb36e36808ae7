package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** The client's channel once its session is open. */
final class ClientHalf extends ChannelInboundHandlerAdapter {

  private final Relay relay;
  private final Frontend frontend;
  private final Memory.Share memory;
  private ByteBuf held;
  private boolean taking;

  ClientHalf(Relay relay, Frontend frontend, Memory.Share memory) {
    this.relay = relay;
    this.frontend = frontend;
    this.memory = memory;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = Held.join(ctx.alloc(), held, (ByteBuf) msg);
    held = null;
    take(in);
  }

  /**
   * What waits for its rest, and what waits for the server to take it, are held in memory; the
   * latter is at most a little more than the former was.
   */
  void holding() {
    try {
      if (held != null) {
        memory.hold(held.capacity());
      } else if (relay.upstreamTakes()) {
        memory.hold(0);
      }
    } catch (Memory.MemoryException e) {
      relay.broken(e, true);
    }
  }

  /** Goes on with what had to wait. */
  void resume() {
    if (held != null && !taking) {
      ByteBuf in = held;
      held = null;
      take(in);
    }
  }

  private void take(ByteBuf in) {
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
      relay.broken(broken, true);
      return;
    }
    forward(in, at);
    holding();
    if (relay.leaving()) {
      relay.leave();
    }
  }

  private void forward(ByteBuf in, int at) {
    int from = frontend.released();
    if (!relay.open()) {
      in.release();
    } else if (at == in.writerIndex()) {
      if (from == at) {
        in.release();
      } else {
        relay.toUpstream(in.readerIndex(from));
      }
    } else {
      if (from < at) {
        relay.toUpstream(in.retainedSlice(from, at - from));
      }
      held = Held.rest(in, at);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    relay.readDone();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.readDone();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    relay.clientGone();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (held != null) {
      held.release();
      held = null;
    }
    memory.hold(0);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      relay.clientGone();
    } else {
      relay.broken(cause, true);
    }
  }
}
