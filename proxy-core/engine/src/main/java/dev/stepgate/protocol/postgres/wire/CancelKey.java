package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The secret of BackendKeyData and CancelRequest: 4 bytes in protocol 3.0, 4 to 256 since 3.2.
 * Immutable; its text form says nothing of its bytes.
 */
public final class CancelKey {

  /** The shortest key, in bytes, and the only length in protocol 3.0. */
  public static final int MIN_BYTES = 4;

  /** The longest key, in bytes (manual, BackendKeyData). */
  public static final int MAX_BYTES = 256;

  private final byte[] bytes;

  private CancelKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A key of the given bytes, copied.
   *
   * @throws WireException with {@link Fault#LIMIT} if there are fewer than 4 or more than 256
   */
  public static CancelKey of(byte[] bytes) {
    check(bytes.length, "CancelKey");
    return new CancelKey(bytes.clone());
  }

  /** Reads all that is left of the body. */
  static CancelKey read(MessageReader in) {
    check(in.left(), in.message());
    return new CancelKey(in.bytes(in.left(), "key"));
  }

  private static void check(int length, String place) {
    if (length < MIN_BYTES) {
      throw WireException.beyond(Fault.LIMIT, place, "key bytes", length, MIN_BYTES);
    }
    if (length > MAX_BYTES) {
      throw WireException.beyond(Fault.LIMIT, place, "key bytes", length, MAX_BYTES);
    }
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  void write(ByteBuf out) {
    out.writeBytes(bytes);
  }

  /** Whether the bytes are the same, in a time that does not depend on where they differ. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CancelKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "CancelKey[" + bytes.length + " bytes]";
  }
}
