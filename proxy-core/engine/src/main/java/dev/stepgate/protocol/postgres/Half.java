package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/**
 * What the two channels of a client's connection have in common: bytes that wait for the rest of
 * their message, a part of the gateway's memory for them, and the relay that is told how the
 * channel does.
 */
abstract class Half extends ChannelInboundHandlerAdapter {

  private final Relay relay;
  private final Memory.Share memory;
  private final boolean client;
  private ByteBuf held;

  /**
   * One half.
   *
   * @param client whether it is the client's: whose fault it is if what comes cannot be understood
   */
  Half(Relay relay, Memory.Share memory, boolean client) {
    this.relay = relay;
    this.memory = memory;
    this.client = client;
  }

  /** Looks at what came, with what had waited before it; takes it over. */
  abstract void take(ByteBuf in);

  /** Where what may be passed on begins. */
  abstract int released();

  /** Passes bytes on to the other half; takes them over. */
  abstract void pass(ByteBuf bytes);

  /** The other end is gone. */
  abstract void gone();

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = Held.join(ctx.alloc(), held, (ByteBuf) msg);
    held = null;
    take(in);
  }

  /** Whether bytes wait. */
  final boolean waits() {
    return held != null;
  }

  /** How many bytes wait. */
  final int waitingBytes() {
    return held == null ? 0 : held.readableBytes();
  }

  /** What waits, which is the caller's now. */
  final ByteBuf waiting() {
    ByteBuf in = held;
    held = null;
    return in;
  }

  /** Passes on what may be of {@code in}, and keeps what lies behind {@code at}. */
  final void forward(ByteBuf in, int at) {
    int from = released();
    if (!relay.open()) {
      in.release();
    } else if (at == in.writerIndex()) {
      if (from == at) {
        in.release();
      } else {
        pass(in.readerIndex(from));
      }
    } else {
      if (from < at) {
        pass(in.retainedSlice(from, at - from));
      }
      held = Held.rest(in, at);
    }
  }

  /** Accounts for what waits, or for {@code none} if nothing does and that is all. */
  final void account(boolean none) {
    try {
      if (held != null) {
        memory.hold(held.capacity());
      } else if (none) {
        memory.hold(0);
      }
    } catch (Memory.MemoryException e) {
      broken(e);
    }
  }

  final void broken(Throwable cause) {
    relay.broken(cause, client);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    relay.readDone();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.readDone();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    gone();
  }

  @Override
  public final void handlerRemoved(ChannelHandlerContext ctx) {
    if (held != null) {
      held.release();
      held = null;
    }
    memory.hold(0);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      gone();
    } else {
      broken(cause);
    }
  }
}
