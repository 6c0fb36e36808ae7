package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.Arrays;

/** The answer to a cleartext or MD5 request. Its text form says nothing of the password. */
public final class PasswordMessage implements FrontendMessage {

  private final WireText password;

  /** The password, or its MD5 form. */
  public PasswordMessage(WireText password) {
    this.password = password;
  }

  static PasswordMessage decode(MessageReader in) {
    WireText password = in.text("password");
    in.end();
    return new PasswordMessage(password);
  }

  /** The password, or its MD5 form. */
  public WireText password() {
    return password;
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, AuthenticationResponses.TYPE);
    password.write(out);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordMessage that
        && MessageDigest.isEqual(password.bytes(), that.password.bytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(password.bytes());
  }

  @Override
  public String toString() {
    return "PasswordMessage[…]";
  }
}
