package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** The server's channel while a client has it. */
final class UpstreamHalf extends ChannelInboundHandlerAdapter {

  private final Relay relay;
  private final Backend backend;
  private final Memory.Share memory;
  private ByteBuf held;

  UpstreamHalf(Relay relay, Backend backend, Memory.Share memory) {
    this.relay = relay;
    this.backend = backend;
    this.memory = memory;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = Held.join(ctx.alloc(), held, (ByteBuf) msg);
    held = null;
    if (!relay.open()) {
      in.release();
      return;
    }
    int at;
    try {
      at = backend.take(in);
    } catch (RuntimeException e) {
      in.release();
      relay.broken(e, false);
      return;
    }
    forward(in, at);
    holding();
  }

  private void holding() {
    try {
      memory.hold(held == null ? 0 : held.capacity());
    } catch (Memory.MemoryException e) {
      relay.broken(e, false);
    }
  }

  private void forward(ByteBuf in, int at) {
    int from = backend.released();
    if (!relay.open()) {
      in.release();
    } else if (at == in.writerIndex()) {
      if (from == at) {
        in.release();
      } else {
        relay.toClient(in.readerIndex(from));
      }
    } else {
      if (from < at) {
        relay.toClient(in.retainedSlice(from, at - from));
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
    relay.upstreamGone();
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
      relay.upstreamGone();
    } else {
      relay.broken(cause, false);
    }
  }
}
