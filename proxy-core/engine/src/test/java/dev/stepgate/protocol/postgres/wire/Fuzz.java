package dev.stepgate.protocol.postgres.wire;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Feeds a decoder with inputs and holds it to its promise: a message, need more, or a {@link
 * WireException}; nothing else, no reference kept, no more memory than the input's length allows,
 * and a message that is written back byte for byte as it was read.
 *
 * <p>How many inputs: the system property {@code stepgate.fuzz.inputs}, a million unless set.
 */
final class Fuzz<M> {

  /** Inputs a decoder. */
  static final long INPUTS = Long.getLong("stepgate.fuzz.inputs", 1_000_000);

  /** The seed of every stream; an input is named by its number in its stream. */
  static final long SEED = 20_261_124;

  /** Memory that a decoder may take whatever the input (an exception's text), in bytes. */
  private static final long ALLOWED_BYTES = 4_096;

  private static final int LARGEST = 512;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Function<ByteBuf, M> decode;
  private final BiConsumer<M, ByteBuf> encode;
  private final FuzzInputs.Shape shape;
  private final int allowedPerByte;
  private final ByteBuf room = Unpooled.buffer(LARGEST, LARGEST);
  private final ByteBuf written = Unpooled.buffer(2 * LARGEST);

  private final Set<Class<?>> seen = new HashSet<>();
  private long messages;
  private long needMore;
  private long refused;

  /**
   * A fuzz of one decoder.
   *
   * @param encode writes a message back; null where nothing can be written back
   * @param shape where the length word stands
   * @param allowedPerByte memory that a decoder may take for each byte of input, in bytes
   */
  Fuzz(
      Function<ByteBuf, M> decode,
      BiConsumer<M, ByteBuf> encode,
      FuzzInputs.Shape shape,
      int allowedPerByte) {
    this.decode = decode;
    this.encode = encode;
    this.shape = shape;
    this.allowedPerByte = allowedPerByte;
  }

  /** Runs it; fails with the input that broke the promise. */
  Fuzz<M> run(List<byte[]> corpus, long inputs) {
    FuzzInputs source = new FuzzInputs(SEED, corpus, shape);
    for (long i = 0; i < inputs; i++) {
      source.next();
      try {
        one(source.buffer(), source.length());
      } catch (Throwable broken) {
        String input = ByteBufUtil.hexDump(source.buffer(), 0, source.length());
        throw new AssertionError("input " + i + " of seed " + SEED + ": " + input, broken);
      }
    }
    return this;
  }

  private void one(byte[] input, int length) {
    long taken = taken(input, length);
    if (taken > allowed(length)) {
      // The first time may have loaded a class or linked a lambda.
      taken = taken(input, length);
    }
    if (taken > allowed(length)) {
      throw new AssertionError(taken + " bytes taken, " + allowed(length) + " allowed");
    }
  }

  private long allowed(int length) {
    return ALLOWED_BYTES + (long) allowedPerByte * length;
  }

  /** Decodes one input, which ends where the memory does, and tells how much memory it took. */
  private long taken(byte[] input, int length) {
    ByteBuf in = room.setIndex(0, LARGEST).slice(LARGEST - length, length);
    in.setBytes(0, input, 0, length);
    M message = null;
    WireException refusal = null;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      message = decode.apply(in);
    } catch (WireException e) {
      refusal = e;
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    judge(message, refusal, in);
    return taken;
  }

  private void judge(M message, WireException refusal, ByteBuf in) {
    if (room.refCnt() != 1) {
      throw new AssertionError("the input's reference count is " + room.refCnt());
    }
    if (refusal != null) {
      refused++;
    } else if (message == null) {
      needMore++;
      if (in.readerIndex() != 0) {
        throw new AssertionError("needs more, but consumed " + in.readerIndex());
      }
      boundedWait(in);
    } else {
      messages++;
      seen.add(message.getClass());
      if (encode != null) {
        sameBytes(message, in);
      }
    }
  }

  /** A decoder that waits for what no server sends would be fed for ever. */
  private void boundedWait(ByteBuf in) {
    int lengthAt = shape.lengthAt();
    if (lengthAt >= 0 && in.readableBytes() >= lengthAt + 4) {
      int length = in.getInt(lengthAt);
      if (length < 4 || length - 4 > WireLimits.POSTGRES_MAX_BYTES) {
        throw new AssertionError("waits for a length of " + length);
      }
    }
  }

  private void sameBytes(M message, ByteBuf in) {
    written.clear();
    encode.accept(message, written);
    int read = in.readerIndex();
    if (written.readableBytes() != read || !ByteBufUtil.equals(in, 0, written, 0, read)) {
      throw new AssertionError(
          "read " + read + " bytes as " + message + ", written as " + ByteBufUtil.hexDump(written));
    }
  }

  Set<Class<?>> seen() {
    return seen;
  }

  long messages() {
    return messages;
  }

  long needMore() {
    return needMore;
  }

  long refused() {
    return refused;
  }
}
