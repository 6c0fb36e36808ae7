package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Asks for the password hashed with MD5 and a salt. */
public final class AuthenticationMD5Password implements Authentication {

  static final int CODE = 5;

  /** The salt's length in bytes. */
  public static final int SALT_BYTES = 4;

  private final byte[] salt;

  /**
   * A request with this salt, copied.
   *
   * @throws IllegalArgumentException if it is not {@value #SALT_BYTES} bytes long
   */
  public AuthenticationMD5Password(byte[] salt) {
    if (salt.length != SALT_BYTES) {
      throw new IllegalArgumentException(salt.length + " bytes of salt, not " + SALT_BYTES);
    }
    this.salt = salt.clone();
  }

  static AuthenticationMD5Password decode(MessageReader in) {
    byte[] salt = in.bytes(SALT_BYTES, "salt");
    in.end();
    return new AuthenticationMD5Password(salt);
  }

  /** A copy of the salt. */
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Authentication.begin(out, CODE);
    out.writeBytes(salt);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuthenticationMD5Password that && Arrays.equals(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt);
  }

  @Override
  public String toString() {
    return "AuthenticationMD5Password[…]";
  }
}
