package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A row of nullable values as they lie in Bind, FunctionCall and DataRow: each an Int32 length (-1
 * for null) and its bytes. Decoded ones are views of the buffer that was decoded and are valid only
 * as long as that is; they hold no reference of their own.
 */
public final class Values {

  /** No values. */
  public static final Values NONE = new Values(Unpooled.EMPTY_BUFFER, new int[0]);

  private final ByteBuf block;

  /** Two numbers a value: where its bytes begin in the block, and its length or -1. */
  private final int[] places;

  Values(ByteBuf block, int[] places) {
    this.block = block;
    this.places = places;
  }

  /** Values on the heap, copied; null stands for null. */
  public static Values of(byte[]... values) {
    Frame.count16(values.length);
    int total = 0;
    for (byte[] value : values) {
      total = Math.addExact(total, Integer.BYTES + (value == null ? 0 : value.length));
    }
    ByteBuf block = Unpooled.buffer(total, total);
    int[] places = new int[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      block.writeInt(values[i] == null ? MessageReader.NULL : values[i].length);
      places[2 * i] = block.writerIndex();
      places[2 * i + 1] = values[i] == null ? MessageReader.NULL : values[i].length;
      if (values[i] != null) {
        block.writeBytes(values[i]);
      }
    }
    return new Values(block, places);
  }

  /** How many values, nulls included. */
  public int count() {
    return places.length / 2;
  }

  /** Whether value {@code index} is null. */
  public boolean isNull(int index) {
    return length(index) == MessageReader.NULL;
  }

  /** The value's length in bytes, -1 for null. */
  public int length(int index) {
    return places[2 * index + 1];
  }

  /** A view of the value's bytes, or null; not retained. */
  public ByteBuf slice(int index) {
    return isNull(index)
        ? null
        : block.slice(block.readerIndex() + places[2 * index], length(index));
  }

  /** A copy of the value's bytes, or null. */
  public byte[] bytes(int index) {
    return isNull(index) ? null : ByteBufUtil.getBytes(slice(index));
  }

  void write(ByteBuf out) {
    out.writeBytes(block, block.readerIndex(), block.readableBytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Values that
        && count() == that.count()
        && ByteBufUtil.equals(block, that.block);
  }

  @Override
  public int hashCode() {
    return ByteBufUtil.hashCode(block);
  }

  @Override
  public String toString() {
    return count() + " values";
  }
}
