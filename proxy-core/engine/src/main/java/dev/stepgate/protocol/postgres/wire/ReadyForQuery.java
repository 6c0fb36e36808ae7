package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * The server waits for the next command.
 *
 * @param status where the transaction stands
 */
public record ReadyForQuery(Status status) implements BackendMessage {

  static final char TYPE = 'Z';

  /** Where the transaction stands. */
  public enum Status {
    /** Not in a transaction block. */
    IDLE('I'),
    /** In a transaction block. */
    IN_TRANSACTION('T'),
    /** In a failed one: everything is refused until it is rolled back. */
    FAILED('E');

    private final char code;

    Status(char code) {
      this.code = code;
    }

    /** The byte on the wire. */
    public char code() {
      return code;
    }
  }

  static ReadyForQuery decode(MessageReader in) {
    int code = in.int8("status");
    in.end();
    for (Status status : Status.values()) {
      if (status.code == code) {
        return new ReadyForQuery(status);
      }
    }
    throw WireException.undefined(WireException.Fault.VALUE, in.message(), "status", code);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeByte(status.code);
    Frame.end(out, start);
  }
}
