package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Bytes that wait for the rest of their message. Memory is taken for what came, never for claims.
 */
final class Held {

  /** A rest that fills less of its buffer than one part in this many is copied into its own. */
  private static final int SPARSE = 4;

  private Held() {}

  /** {@code held}, if any, with {@code more} behind it; takes both over. */
  static ByteBuf join(ByteBufAllocator buffers, ByteBuf held, ByteBuf more) {
    if (held == null) {
      return more;
    }
    // A buffer of which slices are still on their way out must not be moved by growing.
    ByteBuf joined = held;
    if (held.refCnt() > 1) {
      joined = buffers.buffer(held.readableBytes() + more.readableBytes()).writeBytes(held);
      held.release();
    }
    joined.writeBytes(more);
    more.release();
    return joined;
  }

  /** What is left of {@code in} from {@code at} on; takes it over. */
  static ByteBuf rest(ByteBuf in, int at) {
    in.readerIndex(at);
    if (in.readableBytes() >= in.capacity() / SPARSE) {
      return in;
    }
    ByteBuf rest = in.alloc().buffer(2 * in.readableBytes()).writeBytes(in);
    in.release();
    return rest;
  }
}
