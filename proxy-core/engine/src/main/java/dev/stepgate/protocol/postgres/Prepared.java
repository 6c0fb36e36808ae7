package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Operation;
import io.netty.buffer.ByteBuf;

/** A Parse on its way. */
final class Prepared {

  private final byte[] name;
  private final Operation execute;

  /**
   * A Parse for {@code name}.
   *
   * @param name the bytes that the server tells names apart by; kept
   * @param execute the operation that its execution is: it goes on with the Parse's number
   */
  Prepared(byte[] name, Operation execute) {
    this.name = name;
    this.execute = execute;
  }

  byte[] name() {
    return name;
  }

  Operation execute() {
    return execute;
  }

  /** Whether its name lies in {@code [from, end)}. */
  boolean named(ByteBuf in, int from, int end) {
    return Names.equal(name, in, from, end);
  }
}
