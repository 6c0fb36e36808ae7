package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Operation;
import io.netty.buffer.ByteBuf;

/** A Parse on its way. */
final class Prepared {

  private final byte[] name;
  private final Operation execute;
  private final int pipeline;

  /**
   * A Parse for {@code name}.
   *
   * @param name the bytes that the server tells names apart by; kept
   * @param execute the operation that its execution is: it goes on with the Parse's number
   * @param pipeline how many Syncs were sent before it
   */
  Prepared(byte[] name, Operation execute, int pipeline) {
    this.pipeline = pipeline;
    this.name = name;
    this.execute = execute;
  }

  byte[] name() {
    return name;
  }

  int pipeline() {
    return pipeline;
  }

  Operation execute() {
    return execute;
  }

  /** Whether its name lies in {@code [from, end)}. */
  boolean named(ByteBuf in, int from, int end) {
    return Names.equal(name, in, from, end);
  }
}
